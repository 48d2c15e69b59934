using System.Collections.Concurrent;
using System.Diagnostics;
using WebhookKit.Testing;
using WebhookKit.Tests.Dispatching;

namespace WebhookKit.Tests.Telemetry;

public sealed class AttemptTraceTests : IDisposable
{
    private readonly ActivitySource _caller = new("Caller of " + nameof(AttemptTraceTests));
    private readonly ConcurrentQueue<Activity> _stopped = new();
    private readonly ActivityListener _listener;

    public AttemptTraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == WebhookTelemetry.Name || source == _caller,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _caller.Dispose();
    }

    [Fact]
    public async Task Retries_and_what_is_sent_again_are_linked_to_the_publish_as_the_first_attempt_is()
    {
        var clock = new VirtualClock();
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", 500, 500, 200);
        await using var host = await SenderHost.StartAsync(o => o.Subscriptions.Retry = RetryPolicy.Fixed(1, TimeSpan.FromHours(1)), clock);
        await host.SubscribeAsync(receiver.UrlOf("s"));
        Activity publish;
        using (var request = _caller.StartActivity("request")!)
        {
            await host.PublishAsync();
            publish = _stopped.Single(a => a.TraceId == request.TraceId);
        }

        await host.Store.UntilQuietAsync();
        clock.Advance(TimeSpan.FromHours(1));
        await host.Store.UntilEmptyAsync();
        await host.Store.RedeliverAsync([Redelivery.Of((await host.DeliveryAsync()).Id, once: true)], default);
        await host.Store.UntilEmptyAsync();

        var attempts = _stopped.Where(a => a.Links.Any(l => l.Context.TraceId == publish.TraceId)).ToList();
        attempts.Should().HaveCount(3).And.OnlyContain(a => a.Links.Single().Context.SpanId == publish.SpanId);
        attempts.Select(a => a.TraceId).Should().OnlyHaveUniqueItems();
        attempts.Select(a => a.GetTagItem(WebhookTelemetry.AttemptNumberTag)).Should().Equal(1, 2, 1);
        attempts.Select(a => (a.Status, a.GetTagItem(WebhookTelemetry.ErrorTypeTag))).Should().Equal(
            (ActivityStatusCode.Error, "500"), (ActivityStatusCode.Error, "500"), (ActivityStatusCode.Unset, null));
    }
}
