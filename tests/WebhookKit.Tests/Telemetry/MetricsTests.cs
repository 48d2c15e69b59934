using Microsoft.Extensions.DependencyInjection;
using WebhookKit.Telemetry;
using WebhookKit.Tests.Publishing;

namespace WebhookKit.Tests.Telemetry;

public sealed class MetricsTests : IAsyncDisposable
{
    private readonly PublishingHost _host = new();
    private readonly WebhookMetrics _metrics;
    private readonly Measurements _measurements;

    public MetricsTests()
    {
        _metrics = _host.Services.GetRequiredService<WebhookMetrics>();
        _measurements = new Measurements(_host.Services);
    }

    public ValueTask DisposeAsync()
    {
        _measurements.Dispose();
        return _host.DisposeAsync();
    }

    [Fact]
    public async Task Each_published_event_counts_under_its_type()
    {
        await _host.Publisher.PublishAsync(new InspectionCompleted(1, "A"));
        await _host.Publisher.PublishManyAsync([PublishRequest.Of(new InspectionCompleted(2, "B")), PublishRequest.Json("raw.made", "{}"u8.ToArray())]);

        _measurements.Seen.Should().BeEquivalentTo(
        [
            ("webhookkit.publish.messages", "{message}", 1d, "webhookkit.event_type=inspection.completed"),
            ("webhookkit.publish.messages", "{message}", 1d, "webhookkit.event_type=inspection.completed"),
            ("webhookkit.publish.messages", "{message}", 1d, "webhookkit.event_type=raw.made"),
        ]);
    }

    [Fact]
    public async Task A_duplicate_does_not_count()
    {
        for (var i = 0; i < 3; i++)
            await _host.PublishAsync(new PublishOptions { IdempotencyKey = "k" });

        _measurements.Seen.Should().ContainSingle();
    }

    [Fact]
    public async Task What_is_refused_does_not_count()
    {
        await _host.RefusedAsync(
            p => p.PublishManyAsync([PublishRequest.Of(new InspectionCompleted(2, "B")), PublishRequest.Json("no.such", "{}"u8.ToArray())]));

        _measurements.Seen.Should().BeEmpty();
    }

    [Fact]
    public void An_attempt_is_measured_in_seconds_with_bounded_tags()
    {
        _metrics.Attempted("car.moved", AttemptOutcome.Delivered, 204, errorType: null, TimeSpan.FromMilliseconds(250));
        _metrics.Attempted("car.moved", AttemptOutcome.RefusedByStatus, 503, "503", TimeSpan.FromSeconds(2));
        _metrics.Attempted("car.moved", AttemptOutcome.TimedOut, statusCode: null, "timeout", TimeSpan.FromSeconds(15));
        _metrics.Attempted("of.another.node", AttemptOutcome.ProtocolError, 999, errorType: null, TimeSpan.FromSeconds(1));
        _metrics.Delivered("car.moved", TimeSpan.FromMinutes(1));

        _measurements.Seen.Should().Equal(
            ("webhookkit.attempt.duration", "s", 0.25, "webhookkit.event_type=car.moved webhookkit.outcome=Delivered webhookkit.status_class=2xx"),
            ("webhookkit.attempt.duration", "s", 2,
                "error.type=503 webhookkit.event_type=car.moved webhookkit.outcome=RefusedByStatus webhookkit.status_class=5xx"),
            ("webhookkit.attempt.duration", "s", 15, "error.type=timeout webhookkit.event_type=car.moved webhookkit.outcome=TimedOut"),
            ("webhookkit.attempt.duration", "s", 1, "webhookkit.event_type=_OTHER webhookkit.outcome=ProtocolError"),
            ("webhookkit.delivery.latency", "s", 60, "webhookkit.event_type=car.moved"));
    }

    [Fact]
    public void What_is_lost_and_what_comes_too_late_is_counted()
    {
        _metrics.LaneLost();
        _metrics.SettledStale();

        _measurements.Seen.Should().Equal(("webhookkit.lane.lost", "{lane}", 1, ""), ("webhookkit.settle.stale", "{settlement}", 1, ""));
    }

    [Fact]
    public void The_queue_is_shown_once_it_was_measured_and_not_as_empty_before()
    {
        _metrics.WatchesQueue.Should().BeTrue();
        _measurements.RecordGauges();
        _measurements.Seen.Should().BeEmpty();

        _metrics.Depth = new QueueDepth(Waiting: 7, Due: 3, TimeSpan.FromSeconds(1.5));
        _measurements.RecordGauges();

        _measurements.Seen.Should().BeEquivalentTo(
        [
            ("webhookkit.queue.due", "{delivery}", 3d, ""), ("webhookkit.queue.waiting", "{delivery}", 7d, ""),
            ("webhookkit.queue.oldest_due.age", "s", 1.5, ""),
        ]);
    }

    [Fact]
    public async Task Nobody_watches_the_queue_of_a_host_without_a_listener()
    {
        await using var other = new PublishingHost();

        other.Services.GetRequiredService<WebhookMetrics>().WatchesQueue.Should().BeFalse();
    }
}
