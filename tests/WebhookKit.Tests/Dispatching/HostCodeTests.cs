using System.Diagnostics;
using WebhookKit.InMemory;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

/// <summary>What the host plugs in may fail in any way; it must neither stop others nor undo what was sent.</summary>
public sealed class HostCodeTests
{
    private readonly VirtualClock _clock = new();

    public static TheoryData<RetryPolicy> OddPolicies() =>
    [
        new OddPolicy(_ => TimeSpan.FromSeconds(-1)), new OddPolicy(_ => TimeSpan.MaxValue), new OddPolicy(_ => throw new InvalidOperationException("odd")),
    ];

    [Theory]
    [MemberData(nameof(OddPolicies))]
    public async Task An_odd_retry_policy_neither_loses_its_attempts_nor_holds_others(RetryPolicy odd)
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("odd", 500);
        await using var host = await SenderHost.StartAsync(clock: _clock);
        var subscriptions = new[]
        {
            await host.SubscribeAsync(receiver.UrlOf("odd"), s => s with { Retry = odd }),
            await host.SubscribeAsync(receiver.UrlOf("odd"), s => s with { Retry = odd }),
        };
        var healthy = await host.SubscribeAsync(receiver.UrlOf("healthy"));
        for (var i = 0; i < 5; i++)
            await host.PublishAsync();
        await host.Store.UntilAsync(async s =>
            (await s.ListDeliveriesAsync(new DeliveryQuery { AllTenants = true, Subscription = healthy.Id, Status = DeliveryStatus.Delivered }, default)).Items.Count == 5);
        await host.Store.UntilAsync(
            () => host.Store.Settled.Where(s => s.Settlement.Attempt?.StatusCode == 500).Select(s => s.Settlement.Delivery).Distinct().Count() == 10);

        foreach (var delivery in await host.DeliveriesAsync(new DeliveryQuery { AllTenants = true, Subscription = subscriptions[0].Id }))
            (await host.Store.ListAttemptsAsync(delivery.Id, default)).Should().NotBeEmpty().And.OnlyContain(a => a.StatusCode == 500);
        host.Store.Settled.Should().OnlyContain(s => s.Result == SettleOutcome.Applied);
    }

    [Fact]
    public async Task A_trace_listener_that_throws_does_not_have_a_delivery_sent_again()
    {
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await SenderHost.StartAsync(clock: _clock);
        await host.SubscribeAsync(receiver.UrlOf("s"));
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == WebhookTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = a =>
            {
                if (a.GetTagItem(WebhookTelemetry.SubscriptionIdTag) is not null
                    && a.OperationName == WebhookTelemetry.AttemptActivity
                    && receiver.Requests.Any(r => r.Id == (string?)a.GetTagItem(WebhookTelemetry.MessageIdTag)))
                    throw new InvalidOperationException("A listener of the host's.");
            },
        };
        ActivitySource.AddActivityListener(listener);
        await host.PublishAsync();
        await host.Store.UntilEmptyAsync();

        receiver.Requests.Should().ContainSingle();
        (await host.DeliveryAsync()).Should().BeEquivalentTo(new { Status = DeliveryStatus.Delivered, AttemptsMade = 1 });
        host.LogLines.Lines.Should().Contain(l => l.Id.Id == 1020);
    }

    [Fact]
    public async Task An_authentication_that_hangs_is_cut_off_and_charged_to_nobody()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var asked = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        await using var host = await SenderHost.StartAsync(o => o.Dispatcher.MaxConcurrency = o.Dispatcher.MaxConcurrencyPerSubscription = 1, _clock);
        await host.SubscribeAsync(receiver.UrlOf("s"), s => s with
        {
            Authentication = EndpointAuthentication.Delegate(async (_, _) =>
            {
                asked.TrySetResult();
                await never.Task;
            }),
        });
        await host.PublishAsync();
        await asked.Task.WaitAsync(Happenings.Deadline);

        _clock.Advance(TimeSpan.FromSeconds(15));
        await host.Store.UntilQuietAsync();

        receiver.Requests.Should().BeEmpty();
        (await host.DeliveryAsync())
            .Should().BeEquivalentTo(new { Status = DeliveryStatus.Waiting, AttemptsMade = 0, LastOutcome = AttemptOutcome.SenderError });
    }

    [Fact]
    public async Task A_subscription_store_that_answers_nonsense_sends_no_delivery_to_the_dead_letters()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var subscriptions = new InMemorySubscriptionStore();
        await using var host = await SenderHost.StartAsync(configure: null, _clock, store: null, subscriptions);
        var subscription = await host.SubscribeAsync(receiver.UrlOf("s"));
        await subscriptions.UpdateAsync(subscription with { MaxConcurrency = 0 }, default);
        for (var i = 0; i < 3; i++)
            await host.PublishAsync();
        await host.Store.UntilEmptyAsync();

        receiver.Requests.Should().HaveCount(3);
    }

    [Fact]
    public async Task A_success_rule_that_throws_counts_as_a_refusal()
    {
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await SenderHost.StartAsync(o => o.Subscriptions.Retry = RetryPolicy.None, _clock);
        await host.SubscribeAsync(receiver.UrlOf("s"), s => s with { Success = SuccessRule.Where(_ => throw new InvalidOperationException("odd")) });
        await host.PublishAsync();
        await host.Store.UntilEmptyAsync();

        receiver.Requests.Should().ContainSingle();
        (await host.DeliveryAsync())
            .Should().BeEquivalentTo(new { Status = DeliveryStatus.Dead, AttemptsMade = 1, LastOutcome = AttemptOutcome.RefusedByStatus });
        host.LogLines.Lines.Should().ContainSingle(l => l.Id.Id == 1021);
    }

    public sealed record OddPolicy(Func<int, TimeSpan?> Next) : RetryPolicy
    {
        protected override TimeSpan LongestStep => TimeSpan.FromHours(1);

        protected override TimeSpan? NextDelay(int attemptsMade) => Next(attemptsMade);
    }
}
