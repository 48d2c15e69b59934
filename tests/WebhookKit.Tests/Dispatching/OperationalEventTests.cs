using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using WebhookKit.InMemory;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

/// <summary>What observers are told, and when.</summary>
public sealed class OperationalEventTests
{
    private readonly VirtualClock _clock = new();
    private readonly Notes _notes = new();

    [Fact]
    public async Task A_subscription_that_is_gone_is_told_and_so_is_what_it_takes_along()
    {
        await using var receiver = await TestReceiver.StartAsync();
        // Once it is disabled, nothing further matches: the answer waits for both.
        var published = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Answer("gone", async (_, context) =>
        {
            await published.Task;
            context.Response.StatusCode = 410;
        });
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync(
            receiver.UrlOf("gone"), s => s with { Tenant = "acme", Order = DeliveryOrder.SkipExhausted });
        await PublishAsync(host, "acme");
        await PublishAsync(host, "acme");
        published.SetResult();
        await _notes.UntilAsync(3);

        _notes.Seen.Should().OnlyContain(e => e.Tenant == "acme" && e.OccurredAt == _clock.GetUtcNow());
        var disabled = _notes.Seen.OfType<SubscriptionDisabled>().Should().ContainSingle().Subject;
        (disabled.Type, disabled.Subscription).Should().Be(("subscription.disabled", subscription.Id));
        disabled.Reason.Should().Be((await host.Subscriptions.FindAsync(subscription.Id))!.StatusReason);
        _notes.Seen.OfType<DeliveryExhausted>().Should().BeEquivalentTo(
        [
            new { Reason = DeadReason.Gone, Attempts = 1, LastOutcome = (AttemptOutcome?)AttemptOutcome.RefusedByStatus, LastStatusCode = (int?)410 },
            new { Reason = DeadReason.Disabled, Attempts = 0, LastOutcome = (AttemptOutcome?)null, LastStatusCode = (int?)null },
        ]);
    }

    [Fact]
    public async Task A_delivery_whose_retries_are_used_up_is_told_with_its_last_answer()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("down", 503);
        await using var host = await StartAsync(o => o.Subscriptions.Retry = RetryPolicy.None);
        var subscription = await host.SubscribeAsync(receiver.UrlOf("down"));
        var id = await host.PublishAsync();
        await _notes.UntilAsync(1);

        var delivery = await host.DeliveryAsync();
        _notes.Seen.Single().Type.Should().Be("delivery.exhausted");
        _notes.Seen.Should().ContainSingle().Which.Should().Be(new DeliveryExhausted
        {
            OccurredAt = _clock.GetUtcNow(), Delivery = delivery.Id, MessageId = id, EventType = "thing.happened", Subscription = subscription.Id,
            Reason = DeadReason.Exhausted, Attempts = 1, LastOutcome = AttemptOutcome.RefusedByStatus, LastStatusCode = 503,
        });
    }

    [Fact]
    public async Task A_subscription_that_its_order_blocks_is_told_with_the_delivery()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("down", 500);
        await using var host = await StartAsync(o => o.Subscriptions.Retry = RetryPolicy.None);
        var subscription = await host.SubscribeAsync(receiver.UrlOf("down"), s => s with { Order = DeliveryOrder.BlockOnExhausted });
        var id = await host.PublishAsync();
        await _notes.UntilAsync(1);

        _notes.Seen.Should().ContainSingle().Which.Should().Be(new SubscriptionPaused
        {
            OccurredAt = _clock.GetUtcNow(), Subscription = subscription.Id, Delivery = (await host.DeliveryAsync()).Id, MessageId = id,
            Reason = (await host.Subscriptions.FindAsync(subscription.Id))!.StatusReason!,
        });
        _notes.Seen.Single().Type.Should().Be("subscription.paused");
    }

    [Fact]
    public async Task A_dead_letter_that_was_accepted_after_all_is_told()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var letGo = new TaskCompletionSource();
        receiver.Answer("s", (_, _) => letGo.Task);
        var store = new InMemoryStore(new InMemoryStoreOptions(), _clock);
        await using var host = await SenderHost.StartAsync(configure: null, new VirtualClock(), store, build: w => w.AddObserver(_notes));
        var subscription = await host.SubscribeAsync(receiver.UrlOf("s"));
        var id = await host.PublishAsync();
        await receiver.UntilAsync(() => receiver.Requests.Length == 1);

        // Another node takes the lane over and gives the delivery up.
        await OrderTests.StopLeasingAsync(host, _clock);
        _clock.Advance(TimeSpan.FromSeconds(15));
        var lane = (await store.LeaseAsync(
            new LeaseRequest { Worker = "other", MaxLanes = 1, MaxDeliveriesPerLane = 1, Lease = TimeSpan.FromMinutes(1) }, default)).Lanes.Single();
        var delivery = lane.Deliveries.Single().Id;
        await store.SettleAsync(
        [
            new Settlement
            {
                Delivery = delivery, Lane = lane.Lane, Token = lane.Token, AttemptsMade = 0, Action = SettlementAction.Dead, DeadReason = DeadReason.Exhausted,
            },
        ], default);
        letGo.SetResult();
        await _notes.UntilAsync(1);

        _notes.Seen.Single().Type.Should().Be("delivery.recovered");
        _notes.Seen.Should().ContainSingle().Which.Should().BeOfType<DeliveryRecovered>().Which.Should().BeEquivalentTo(
            new { Delivery = delivery, MessageId = id, EventType = "thing.happened", Subscription = (SubscriptionId?)subscription.Id });
    }

    [Fact]
    public async Task A_delivery_that_the_store_gives_up_as_suspect_is_told_and_logged()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var store = new InMemoryStore(new InMemoryStoreOptions(), _clock);
        var subscriptions = new InMemorySubscriptionStore();
        SubscriptionId subscription;
        string id;
        await using (var before = await SenderHost.StartAsync(o => o.Dispatcher.Enabled = false, _clock, store, subscriptions))
        {
            subscription = (await before.SubscribeAsync(receiver.UrlOf("s"), s => s with { Tenant = "acme" })).Id;
            id = (await PublishAsync(before, "acme")).MessageId;
        }

        // Four workers that die without a word; at the last three deaths the delivery was alone.
        for (var death = 0; death < 4; death++)
        {
            await store.LeaseAsync(
                new LeaseRequest { Worker = "dies", MaxLanes = 1, MaxDeliveriesPerLane = 1, Lease = TimeSpan.FromMinutes(1) }, default);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        await using var host = await SenderHost.StartAsync(configure: null, _clock, store, subscriptions, w => w.AddObserver(_notes));
        await _notes.UntilAsync(1);

        var delivery = await host.DeliveryAsync();
        _notes.Seen.Should().ContainSingle().Which.Should().Be(new DeliveryExhausted
        {
            OccurredAt = _clock.GetUtcNow(), Tenant = "acme", Delivery = delivery.Id, MessageId = id, EventType = "thing.happened",
            Subscription = subscription, Reason = DeadReason.Suspect, Attempts = 0,
        });
        host.LogLines.Lines.Should().ContainSingle(l => l.Id.Id == 1029).Which.Text.Should().Contain(id).And.Contain(delivery.Id.ToString());
        receiver.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Observers_are_added_as_types_as_instances_and_by_a_function()
    {
        var byFunction = new Notes();
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", 500);
        await using var host = await StartAsync(
            o => o.Subscriptions.Retry = RetryPolicy.None, w => w.AddObserver<OwnNotes>().AddObserver<OwnNotes>().AddObserver(_ => byFunction));
        await host.SubscribeAsync(receiver.UrlOf("s"));
        await host.PublishAsync();
        var own = host.Services.GetServices<IWebhookObserver>().OfType<OwnNotes>().Should().ContainSingle().Subject;

        await Task.WhenAll(_notes.UntilAsync(1), byFunction.UntilAsync(1), own.UntilAsync(1));
    }

    [Fact]
    public async Task Slow_throwing_and_blocking_observers_cost_nobody_a_delivery_or_an_event()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", 500);
        using var blocked = new ManualResetEventSlim();
        var hangs = new TaskCompletionSource();
        await using var host = await StartAsync(o => o.Subscriptions.Retry = RetryPolicy.None, w => w
            .AddObserver(new Acting(() => throw new InvalidOperationException("odd")))
            .AddObserver(new Acting(() =>
            {
                blocked.Wait();
                return Task.CompletedTask;
            }))
            .AddObserver(new Acting(() => hangs.Task)));
        await host.SubscribeAsync(receiver.UrlOf("s"));
        for (var i = 0; i < 20; i++)
            await host.PublishAsync();
        await host.Store.UntilEmptyAsync();

        await _notes.UntilAsync(20);
        (await host.DeliveriesAsync()).Should().HaveCount(20).And.OnlyContain(d => d.Status == DeliveryStatus.Dead);
        blocked.Set();
        hangs.SetResult();
        await host.StopAsync();
        host.LogLines.Lines.Count(l => l.Id.Id == 1500).Should().Be(1, "one line a change of state");
    }

    [Fact]
    public async Task What_waits_for_observers_is_told_before_the_host_has_stopped()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", 500);
        await using var host = await StartAsync(o => o.Subscriptions.Retry = RetryPolicy.None);
        await host.SubscribeAsync(receiver.UrlOf("s"));
        for (var i = 0; i < 200; i++)
            await host.PublishAsync();
        await host.Store.UntilEmptyAsync();

        await host.StopAsync();

        _notes.Seen.Should().HaveCount(200);
    }

    private Task<SenderHost> StartAsync(Action<WebhookOptions>? configure = null, Action<WebhooksBuilder>? build = null) =>
        SenderHost.StartAsync(configure, _clock, store: null, subscriptions: null, w =>
        {
            w.AddObserver(_notes);
            build?.Invoke(w);
        });

    private static Task<PublishResult> PublishAsync(SenderHost host, string tenant) =>
        host.Publisher.PublishJsonAsync("thing.happened", "{}"u8.ToArray(), new PublishOptions { Tenant = tenant });

    internal class Notes : IWebhookObserver
    {
        private readonly ConcurrentQueue<OperationalEvent> _seen = new();
        private readonly Happenings _happenings = new();

        public IReadOnlyCollection<OperationalEvent> Seen => _seen;

        public Task UntilAsync(int count) => _happenings.UntilAsync(() => new(_seen.Count >= count));

        public ValueTask ObserveAsync(OperationalEvent operationalEvent, CancellationToken cancellationToken)
        {
            _seen.Enqueue(operationalEvent);
            _happenings.Signal();
            return default;
        }
    }

    internal sealed class OwnNotes : Notes;

    private sealed class Acting(Func<Task> act) : IWebhookObserver
    {
        public async ValueTask ObserveAsync(OperationalEvent operationalEvent, CancellationToken cancellationToken) => await act();
    }
}
