using System.Collections.Concurrent;
using System.Text.Json;
using WebhookKit.InMemory;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

/// <summary>A subscription that keeps order gets its deliveries one after the other, whatever happens to one of them.</summary>
public sealed class OrderTests
{
    private static readonly RetryPolicy AfterAnHour = RetryPolicy.Fixed(3, TimeSpan.FromHours(1));

    private readonly VirtualClock _clock = new();

    [Theory]
    [InlineData(DeliveryOrder.SkipExhausted)]
    [InlineData(DeliveryOrder.BlockOnExhausted)]
    public async Task A_retry_holds_back_everything_behind_it(DeliveryOrder order)
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", 200, 500, 503, 200);
        await using var host = await SenderHost.StartAsync(o => o.Subscriptions.Retry = AfterAnHour, _clock);
        var subscription = await SubscribeAsync(host, receiver, order);
        await PublishAsync(host, 1, 2, 3, 4);
        await RestAsync(host, 2);
        Sent(receiver).Should().Equal(1, 2);

        // Neither what is published nor what wakes the lane ends the wait.
        await PublishAsync(host, 5);
        await host.Store.WakeAsync([LaneId.Of(subscription.Id)], default);
        _clock.Advance(TimeSpan.FromMinutes(59));
        (await host.Store.LeaseAsync(
            new LeaseRequest { Worker = "other", MaxLanes = 1, MaxDeliveriesPerLane = 1, Lease = TimeSpan.FromMinutes(1) }, default)).Lanes.Should().BeEmpty();
        _clock.Advance(TimeSpan.FromMinutes(1));
        await RestAsync(host, 3);
        _clock.Advance(TimeSpan.FromHours(1));
        await host.Store.UntilEmptyAsync();

        Sent(receiver).Should().Equal(1, 2, 2, 2, 3, 4, 5);
        (await host.DeliveriesAsync()).Should().OnlyContain(d => d.Status == DeliveryStatus.Delivered);
    }

    [Fact]
    public async Task One_request_is_in_flight_at_a_time_and_the_next_starts_when_the_store_knows_of_the_one_before()
    {
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await SenderHost.StartAsync();
        var settled = new ConcurrentQueue<int>();
        receiver.Answer("s", (_, _) =>
        {
            settled.Enqueue(host.Store.Settled.Count);
            return Task.CompletedTask;
        });
        await SubscribeAsync(host, receiver);
        await host.Publisher.PublishManyAsync(Enumerable.Range(0, 300).Select(n => PublishRequest.Json("thing.happened", Json(n))));
        await host.Store.UntilEmptyAsync();

        Sent(receiver).Should().Equal(Enumerable.Range(0, 300));
        settled.Should().Equal(Enumerable.Range(0, 300));
    }

    [Fact]
    public async Task A_failure_of_our_own_keeps_the_place()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var isBroken = true;
        var envelope = Envelope.Custom("moody", (writer, context) =>
        {
            if (isBroken)
                throw new InvalidOperationException("Out of order.");
            writer.WriteRawValue(context.Data.Span);
        });
        await using var host = await SenderHost.StartAsync(clock: _clock);
        await SubscribeAsync(host, receiver, DeliveryOrder.SkipExhausted, s => s with { Envelope = envelope });
        await PublishAsync(host, 1, 2);
        await RestAsync(host, 1);

        host.Store.Settled.Should().ContainSingle().Which.Settlement.Should().Match<Settlement>(s => s.Action == SettlementAction.Defer && s.HoldsLane);
        isBroken = false;
        _clock.Advance(TimeSpan.FromSeconds(5));
        await host.Store.UntilEmptyAsync();

        Sent(receiver).Should().Equal(1, 2);
    }

    [Fact]
    public async Task A_subscription_that_cannot_be_read_keeps_its_order()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var subscriptions = new FaultySubscriptions();
        await using var host = await SenderHost.StartAsync(configure: null, _clock, store: null, subscriptions);
        await SubscribeAsync(host, receiver);
        subscriptions.Reading = () => throw new IOException("The database is down.");
        await PublishAsync(host, 1, 2, 3);
        await host.Store.UntilAsync(() => host.Store.Released == 1);

        subscriptions.Reading = null;
        _clock.Advance(TimeSpan.FromSeconds(10));
        await host.Store.UntilEmptyAsync();

        Sent(receiver).Should().Equal(1, 2, 3);
    }

    [Theory]
    [InlineData(500, SettlementAction.Retry)]
    [InlineData(410, SettlementAction.Dead)]
    public async Task A_settlement_that_the_store_refuses_lets_nothing_overtake(int status, SettlementAction refused)
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", status, 200);
        await using var host = await SenderHost.StartAsync(o => o.Subscriptions.Retry = AfterAnHour, _clock);
        await SubscribeAsync(host, receiver, DeliveryOrder.SkipExhausted, s => s with { DisableOnGone = true });
        host.Store.Refuses = s => s.Action == refused;
        await PublishAsync(host, 1, 2);
        await RestAsync(host, 1);
        host.Store.Settled.First().Settlement.Should().Match<Settlement>(s => s.Action == SettlementAction.Defer && s.HoldsLane);
        Sent(receiver).Should().Equal(1);

        host.Store.Refuses = null;
        var subscription = (await host.Subscriptions.ListAsync()).Items.Single();
        await host.Subscriptions.UpdateAsync(subscription with { Status = SubscriptionStatus.Active });
        _clock.Advance(TimeSpan.FromMinutes(5));
        await host.Store.UntilEmptyAsync();

        Sent(receiver).Should().Equal(1, 1, 2);
    }

    [Fact]
    public async Task A_stop_in_the_middle_leaves_the_head_first()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var hang = true;
        receiver.Answer("s", (_, context) => hang ? new TaskCompletionSource().Task.WaitAsync(context.RequestAborted) : Task.CompletedTask);
        var store = new InMemoryStore(new InMemoryStoreOptions(), _clock);
        var subscriptions = new InMemorySubscriptionStore();
        await using (var host = await SenderHost.StartAsync(configure: null, _clock, store, subscriptions))
        {
            await SubscribeAsync(host, receiver);
            await PublishAsync(host, 1, 2, 3);
            await receiver.UntilAsync(() => receiver.Requests.Length == 1);
            await host.StopAsync();
        }

        hang = false;
        await using var next = await SenderHost.StartAsync(configure: null, _clock, store, subscriptions);
        await next.Store.UntilEmptyAsync();

        Sent(receiver).Should().Equal(1, 1, 2, 3);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(500)]
    public async Task Two_nodes_that_both_take_a_lane_for_theirs_keep_its_order(int answer)
    {
        await using var receiver = await TestReceiver.StartAsync();
        var first = new TaskCompletionSource();
        var second = new TaskCompletionSource();
        var count = 0;
        receiver.Answer("s", async (_, context) =>
        {
            var number = Interlocked.Increment(ref count);
            await (number switch { 1 => first.Task, 2 => second.Task, _ => Task.CompletedTask });
            context.Response.StatusCode = number <= 2 ? answer : 200;
        });
        var store = new InMemoryStore(new InMemoryStoreOptions(), _clock);
        var subscriptions = new InMemorySubscriptionStore();
        void Configure(WebhookOptions o) => o.Subscriptions.Retry = AfterAnHour;
        // Its clock stands still, as a suspended machine's does: it does not notice that its lease has expired.
        await using var stalled = await SenderHost.StartAsync(Configure, new VirtualClock(), store, subscriptions);
        await SubscribeAsync(stalled, receiver);
        // In one call: the node has all three in hand.
        await stalled.Publisher.PublishManyAsync(Enumerable.Range(1, 3).Select(n => PublishRequest.Json("thing.happened", Json(n))));
        await receiver.UntilAsync(() => receiver.Requests.Length == 1);
        await StopLeasingAsync(stalled, _clock);
        _clock.Advance(TimeSpan.FromSeconds(15));
        await using var successor = await SenderHost.StartAsync(Configure, _clock, store, subscriptions);
        await receiver.UntilAsync(() => receiver.Requests.Length == 2);

        // A failure is the holder's to tell: here the other one's. A success is a fact, whoever tells it.
        first.SetResult();
        await stalled.Store.UntilAsync(() => stalled.Store.Held == 0);
        Sent(receiver).Should().Equal(answer == 200 ? [1, 1, 2, 3] : [1, 1]);
        second.SetResult();
        await successor.Store.UntilAsync(() => successor.Store.Held == 0);
        successor.Store.Settled.First().Result.Should().Be(answer == 200 ? SettleOutcome.Gone : SettleOutcome.Applied);
        _clock.Advance(TimeSpan.FromHours(1));
        await receiver.UntilAsync(() => receiver.Requests.Length == (answer == 200 ? 4 : 5));

        Sent(receiver).Should().Equal(answer == 200 ? [1, 1, 2, 3] : [1, 1, 1, 2, 3]);
    }

    [Fact]
    public async Task What_is_used_up_is_skipped_where_the_subscription_says_so()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", 500, 500, 200);
        await using var host = await SenderHost.StartAsync(o => o.Subscriptions.Retry = RetryPolicy.Fixed(1, TimeSpan.FromHours(1)), _clock);
        await SubscribeAsync(host, receiver);
        await PublishAsync(host, 1, 2);
        await RestAsync(host, 1);
        _clock.Advance(TimeSpan.FromHours(1));
        await host.Store.UntilEmptyAsync();

        Sent(receiver).Should().Equal(1, 1, 2);
        (await host.DeliveriesAsync()).Select(d => d.Status).Should().BeEquivalentTo([DeliveryStatus.Dead, DeliveryStatus.Delivered]);
    }

    [Fact]
    public async Task A_delivery_sent_again_comes_last()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", 400, 200, 500, 200);
        await using var host = await SenderHost.StartAsync(o => o.Subscriptions.Retry = RetryPolicy.None, _clock);
        var subscription = await SubscribeAsync(host, receiver);
        await PublishAsync(host, 1, 2);
        await host.Store.UntilEmptyAsync();
        var dead = (await host.DeliveriesAsync()).Single(d => d.Status == DeliveryStatus.Dead);

        // The next one waits an hour; what waits behind it stays in order with what is sent again.
        await host.Subscriptions.UpdateAsync(subscription with { Retry = AfterAnHour });
        await PublishAsync(host, 3, 4);
        await RestAsync(host, 3);
        await host.Store.RedeliverAsync([Redelivery.Of(dead.Id, once: true)], default);
        _clock.Advance(TimeSpan.FromHours(1));
        await host.Store.UntilEmptyAsync();

        Sent(receiver).Should().Equal(1, 2, 3, 3, 4, 1);
    }

    [Fact]
    public async Task A_410_disables_a_subscription_that_keeps_order_too()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", 410);
        await using var host = await SenderHost.StartAsync(clock: _clock);
        var subscription = await SubscribeAsync(host, receiver, DeliveryOrder.BlockOnExhausted);
        await PublishAsync(host, 1, 2);
        await host.Store.UntilEmptyAsync();

        (await host.Subscriptions.FindAsync(subscription.Id))!.Status.Should().Be(SubscriptionStatus.Disabled);
        (await host.DeliveriesAsync()).Select(d => d.DeadReason).Should().BeEquivalentTo([DeadReason.Gone, DeadReason.Disabled]);
        receiver.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_subscription_that_comes_to_keep_order_has_nothing_started_before_what_is_in_flight_has_ended()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var letGo = new TaskCompletionSource();
        var inFlight = 0;
        var most = 0;
        var released = false;
        receiver.Answer("s", async (_, _) =>
        {
            var now = Interlocked.Increment(ref inFlight);
            if (released)
                most = Math.Max(most, now);
            await letGo.Task;
            Interlocked.Decrement(ref inFlight);
        });
        await using var host = await SenderHost.StartAsync(clock: _clock);
        var subscription = await SubscribeAsync(host, receiver, DeliveryOrder.None);
        await host.Publisher.PublishManyAsync(Enumerable.Range(0, 50).Select(n => PublishRequest.Json("thing.happened", Json(n))));
        await receiver.UntilAsync(() => receiver.Requests.Length == 2);

        await host.Subscriptions.UpdateAsync(subscription with { Order = DeliveryOrder.SkipExhausted });
        released = true;
        letGo.SetResult();
        await host.Store.UntilEmptyAsync();

        most.Should().Be(1);
        Sent(receiver).Order().Should().Equal(Enumerable.Range(0, 50));
        Sent(receiver).Skip(2).Should().BeInAscendingOrder();
    }

    [Fact]
    public async Task A_subscription_that_gives_order_up_has_many_in_flight_again()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var letGo = new TaskCompletionSource();
        var first = new TaskCompletionSource();
        var count = 0;
        receiver.Answer("s", (_, _) => Interlocked.Increment(ref count) switch { 1 => first.Task, 2 => Task.CompletedTask, _ => letGo.Task });
        await using var host = await SenderHost.StartAsync(clock: _clock);
        var subscription = await SubscribeAsync(host, receiver);
        await PublishAsync(host, 1, 2, 3, 4);
        await receiver.UntilAsync(() => receiver.Requests.Length == 1);

        await host.Subscriptions.UpdateAsync(subscription with { Order = DeliveryOrder.None });
        first.SetResult();
        await receiver.UntilAsync(() => receiver.Requests.Length == 4);

        letGo.SetResult();
        await host.Store.UntilEmptyAsync();
    }

    /// <summary>Ends the node's wait for further lanes after half a minute, and lets it wait no more.</summary>
    internal static async Task StopLeasingAsync(SenderHost host, VirtualClock clock)
    {
        var refused = new TaskCompletionSource();
        host.Store.Before = call =>
        {
            if (call != "lease")
                return;
            refused.TrySetResult();
            throw new IOException("The database is down.");
        };
        await host.Store.UntilAsync(() => host.Store.Leasing > 0 || refused.Task.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(30));
        await refused.Task.WaitAsync(Happenings.Deadline);
    }

    /// <summary>Waits until so many settlements were made and no lane is held: what is due is held back by the order.</summary>
    internal static Task RestAsync(SenderHost host, int settled) => host.Store.UntilAsync(() => host.Store.Settled.Count >= settled && host.Store.Held == 0);

    internal static Task<Subscription> SubscribeAsync(
        SenderHost host, TestReceiver receiver, DeliveryOrder order = DeliveryOrder.SkipExhausted, Func<Subscription, Subscription>? configure = null) =>
        host.SubscribeAsync(receiver.UrlOf("s"), s =>
        {
            var ordered = s with { Order = order, Envelope = Envelope.Bare };
            return configure is null ? ordered : configure(ordered);
        });

    // In one call: what the first one brings about must not decide whether the second still matches.
    internal static Task PublishAsync(SenderHost host, params int[] numbers) =>
        host.Publisher.PublishManyAsync(numbers.Select(n => PublishRequest.Json("thing.happened", Json(n))));

    internal static IEnumerable<int> Sent(TestReceiver receiver) => receiver.Requests.Select(Number);

    private static byte[] Json(int n) => JsonSerializer.SerializeToUtf8Bytes(new { n });

    internal static int Number(TestReceiver.Received request) => JsonDocument.Parse(request.Body).RootElement.GetProperty("n").GetInt32();
}
