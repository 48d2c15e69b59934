using System.Collections.Concurrent;
using System.Diagnostics;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

/// <summary>Deliveries to destinations that nobody subscribed.</summary>
public sealed class DestinationTests
{
    private static readonly string[] Paths = ["a", "b", "c"];

    private readonly VirtualClock _clock = new();

    [Fact]
    public async Task One_lane_serves_several_urls_of_an_origin_within_its_concurrency_and_asks_for_no_subscription()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var inFlight = 0;
        var most = 0;
        foreach (var path in Paths)
        {
            receiver.Answer(path, async (_, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref inFlight));
                await Task.Yield();
                Interlocked.Decrement(ref inFlight);
            });
        }

        var subscriptions = new FaultySubscriptions();
        await using var host = await SenderHost.StartAsync(o => o.Dispatcher.MaxConcurrencyPerSubscription = 2, _clock, store: null, subscriptions);
        var destinations = Paths.Select(path => Destination(receiver.UrlOf(path))).ToList();
        destinations.Select(LaneId.Of).Distinct().Should().ContainSingle();
        for (var i = 0; i < 20; i++)
            await EnqueueAsync(host, [.. destinations]);
        await host.Store.UntilEmptyAsync();

        foreach (var path in Paths)
            receiver.RequestsTo(path).Should().HaveCount(20);
        most.Should().BeLessThanOrEqualTo(2);
        subscriptions.Finds.Should().Be(0);
    }

    [Fact]
    public async Task One_that_this_side_cannot_read_gets_no_request_waits_and_keeps_nobody_else()
    {
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await SenderHost.StartAsync(clock: _clock);
        var unreadable = Destination(receiver.UrlOf("unreadable")) with { Fault = new WebhookStoreException(StoreFault.Unreadable, "The key 'k1' is not known.") };
        await EnqueueAsync(host, unreadable, Destination(receiver.UrlOf("other")));
        await host.Store.UntilQuietAsync();

        receiver.RequestsTo("other").Should().ContainSingle();
        receiver.RequestsTo("unreadable").Should().BeEmpty();
        var delivery = (await host.DeliveriesAsync()).Single(d => d.Destination?.Id == unreadable.Id);
        delivery.Should().BeEquivalentTo(new { Status = DeliveryStatus.Waiting, AttemptsMade = 0, LastOutcome = AttemptOutcome.SenderError });
        (await host.Store.ListAttemptsAsync(delivery.Id, default)).Should().ContainSingle().Which.Detail.Should().Contain("'k1'");
    }

    [Fact]
    public async Task A_410_dead_letters_the_delivery_and_nothing_else()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("gone", 410);
        await using var host = await SenderHost.StartAsync(clock: _clock);
        var gone = Destination(receiver.UrlOf("gone"));
        await EnqueueAsync(host, gone, Destination(receiver.UrlOf("other")));
        await host.Store.UntilEmptyAsync();

        (await host.DeliveriesAsync()).Single(d => d.Destination?.Id == gone.Id)
            .Should().BeEquivalentTo(new { Status = DeliveryStatus.Dead, DeadReason = DeadReason.Gone, Subscription = (SubscriptionId?)null });
        receiver.RequestsTo("other").Should().ContainSingle();
        host.LogLines.Lines.Should().ContainSingle(l => l.Id.Id == 1013).Which.Text.Should().Contain($"to {gone.Id} is dead-lettered");
        host.LogLines.Lines.Should().NotContain(l => l.Id.Id == 1015 || l.Id.Id == 1019, "there is nothing to disable");
        host.LogLines.Lines.Should().NotContain(l => l.Text.Contains("sub_"));
    }

    [Fact]
    public async Task Its_attempts_are_traced_under_its_own_id()
    {
        var traced = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == WebhookTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = traced.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var receiver = await TestReceiver.StartAsync();
        await using var host = await SenderHost.StartAsync(clock: _clock);
        var destination = Destination(receiver.UrlOf("s"));
        await EnqueueAsync(host, destination);
        await host.Store.UntilEmptyAsync();

        var attempt = traced.Should().ContainSingle(a => Equals(a.GetTagItem(WebhookTelemetry.DestinationIdTag), destination.Id.ToString())).Subject;
        attempt.GetTagItem(WebhookTelemetry.SubscriptionIdTag).Should().BeNull();
    }

    private static StoredDestination Destination(string url) =>
        new() { Id = new DestinationId(Guid.NewGuid()), Settings = new WebhookDestination { Url = url, Schemes = [] } };

    private async Task EnqueueAsync(SenderHost host, params StoredDestination[] destinations) => await host.Store.EnqueueAsync(
    [
        new EnqueueRequest
        {
            Message = new WebhookMessage
            {
                Id = Guid.CreateVersion7(), PublicId = $"msg_{Guid.NewGuid():N}", EventType = "thing.happened", Timestamp = _clock.GetUtcNow(),
                Data = "{}"u8.ToArray(),
            },
            Targets = [.. destinations.Select(DeliveryTarget.To)],
        },
    ], default);
}
