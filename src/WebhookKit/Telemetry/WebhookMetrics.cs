using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace WebhookKit.Telemetry;

/// <summary>The sender's instruments. Recording is free when nobody listens.</summary>
internal sealed class WebhookMetrics
{
    // OpenTelemetry's word for a value that would make a tag unbounded.
    private const string Other = "_OTHER";

    private static readonly string[] StatusClasses = ["1xx", "2xx", "3xx", "4xx", "5xx"];

    // From a loopback answer to the longest usual timeout.
    private static readonly double[] AttemptBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60];

    // From at once to the end of the standard retry schedule, some three days.
    private static readonly double[] LatencyBuckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 600, 3600, 7200, 21_600, 43_200, 86_400, 172_800, 345_600];

    private readonly EventCatalog _catalog;
    private readonly Lock _lock = new();

    private readonly Counter<long> _published;
    private readonly Histogram<double> _attemptDuration;
    private readonly Histogram<double> _deliveryLatency;
    private readonly Counter<long> _lanesLost;
    private readonly Counter<long> _stale;
    private readonly Counter<long> _dropped;
    private readonly ObservableGauge<long> _due;
    private readonly ObservableGauge<long> _waiting;
    private readonly ObservableGauge<double> _oldestDueAge;
    private QueueDepth? _depth;

    public WebhookMetrics(IMeterFactory meters, EventCatalog catalog)
    {
        _catalog = catalog;
        var meter = meters.Create(WebhookTelemetry.Name);
        _published = meter.CreateCounter<long>(WebhookTelemetry.PublishMessages, "{message}", "Events accepted.");
        _attemptDuration = meter.CreateHistogram<double>(WebhookTelemetry.AttemptDuration, "s", "How long attempts took.", tags: null, Buckets(AttemptBuckets));
        _deliveryLatency = meter.CreateHistogram<double>(
            WebhookTelemetry.DeliveryLatency, "s", "From publish to delivered.", tags: null, Buckets(LatencyBuckets));
        _lanesLost = meter.CreateCounter<long>(WebhookTelemetry.LaneLost, "{lane}", "Lanes whose lease was lost.");
        _stale = meter.CreateCounter<long>(WebhookTelemetry.SettleStale, "{settlement}", "Settlements that came too late to count.");
        _dropped = meter.CreateCounter<long>(WebhookTelemetry.ObserverDropped, "{event}", "Operational events that an observer was too slow to be told.");
        _due = meter.CreateObservableGauge(WebhookTelemetry.QueueDue, () => Measure(d => d.Due), "{delivery}", "Deliveries due now.");
        _waiting = meter.CreateObservableGauge(WebhookTelemetry.QueueWaiting, () => Measure(d => d.Waiting), "{delivery}", "Deliveries that have not ended.");
        _oldestDueAge = meter.CreateObservableGauge(
            WebhookTelemetry.QueueOldestDueAge, () => Measure(d => d.OldestDueAge.TotalSeconds), "s", "How long the oldest due delivery has been due.");
    }

    /// <summary>Whether somebody watches the queue, so that measuring it is worth a query.</summary>
    public bool WatchesQueue => _due.Enabled || _waiting.Enabled || _oldestDueAge.Enabled;

    /// <summary>The latest measurement of the queue; null on a node that does not measure it, whose gauges then say nothing rather than zero.</summary>
    public QueueDepth? Depth
    {
        get
        {
            lock (_lock)
                return _depth;
        }
        set
        {
            lock (_lock)
                _depth = value;
        }
    }

    public void Published(string eventType) => _published.Add(1, EventTypeTag(eventType));

    public void Attempted(string eventType, AttemptOutcome outcome, int? statusCode, string? errorType, TimeSpan duration)
    {
        if (!_attemptDuration.Enabled)
            return;
        var tags = new TagList { { WebhookTelemetry.OutcomeTag, outcome.ToString() }, EventTypeTag(eventType) };
        if (statusCode is >= 100 and < 600)
            tags.Add(WebhookTelemetry.StatusClassTag, StatusClasses[(statusCode.Value / 100) - 1]);
        if (errorType is not null)
            tags.Add(WebhookTelemetry.ErrorTypeTag, errorType);
        _attemptDuration.Record(duration.TotalSeconds, tags);
    }

    public void Delivered(string eventType, TimeSpan latency) =>
        _deliveryLatency.Record(latency.TotalSeconds, EventTypeTag(eventType));

    public void LaneLost() => _lanesLost.Add(1);

    public void SettledStale() => _stale.Add(1);

    public void ObserverDropped(string observer) => _dropped.Add(1, new KeyValuePair<string, object?>(WebhookTelemetry.ObserverTag, observer));

    private static InstrumentAdvice<double> Buckets(double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };

    private IEnumerable<Measurement<T>> Measure<T>(Func<QueueDepth, T> part) where T : struct => Depth is { } depth ? [new(part(depth))] : [];

    /// <summary>A durable queue may hold events of types that this node does not know.</summary>
    private KeyValuePair<string, object?> EventTypeTag(string eventType) =>
        new(WebhookTelemetry.EventTypeTag, _catalog.TryGet(eventType, out var known) ? known.Name : Other);
}
