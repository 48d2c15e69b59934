using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace WebhookKit.Telemetry;

/// <summary>The sender's instruments. Recording is free when nobody listens.</summary>
internal sealed class WebhookMetrics
{
    private static readonly string[] StatusClasses = ["1xx", "2xx", "3xx", "4xx", "5xx"];

    private readonly Counter<long> _published;
    private readonly Histogram<double> _attemptDuration;
    private readonly Histogram<double> _deliveryLatency;
    private readonly Counter<long> _lanesLost;
    private readonly Counter<long> _stale;
    private readonly ObservableGauge<long> _due;
    private readonly ObservableGauge<long> _waiting;
    private readonly ObservableGauge<double> _oldestDueAge;
    private QueueDepth _depth;

    public WebhookMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(WebhookTelemetry.Name);
        _published = meter.CreateCounter<long>(WebhookTelemetry.PublishMessages, "{message}", "Events accepted.");
        _attemptDuration = meter.CreateHistogram<double>(WebhookTelemetry.AttemptDuration, "s", "How long attempts took.");
        _deliveryLatency = meter.CreateHistogram<double>(WebhookTelemetry.DeliveryLatency, "s", "From publish to delivered.");
        _lanesLost = meter.CreateCounter<long>(WebhookTelemetry.LaneLost, "{lane}", "Lanes whose lease was lost.");
        _stale = meter.CreateCounter<long>(WebhookTelemetry.SettleStale, "{settlement}", "Settlements that came too late to count.");
        _due = meter.CreateObservableGauge(WebhookTelemetry.QueueDue, () => Depth.Due, "{delivery}", "Deliveries due now.");
        _waiting = meter.CreateObservableGauge(WebhookTelemetry.QueueWaiting, () => Depth.Waiting, "{delivery}", "Deliveries that have not ended.");
        _oldestDueAge = meter.CreateObservableGauge(
            WebhookTelemetry.QueueOldestDueAge, () => Depth.OldestDueAge.TotalSeconds, "s", "How long the oldest due delivery has been due.");
    }

    /// <summary>Whether somebody watches the queue, so that measuring it is worth a query.</summary>
    public bool WatchesQueue => _due.Enabled || _waiting.Enabled || _oldestDueAge.Enabled;

    /// <summary>The latest measurement of the queue.</summary>
    public QueueDepth Depth
    {
        get { lock (_due) return _depth; }
        set { lock (_due) _depth = value; }
    }

    public void Published(string eventType) => _published.Add(1, new KeyValuePair<string, object?>(WebhookTelemetry.EventTypeTag, eventType));

    public void Attempted(string eventType, AttemptOutcome outcome, int? statusCode, string? errorType, TimeSpan duration)
    {
        if (!_attemptDuration.Enabled)
            return;
        var tags = new TagList { { WebhookTelemetry.OutcomeTag, outcome.ToString() }, { WebhookTelemetry.EventTypeTag, eventType } };
        if (statusCode is >= 100 and < 600)
            tags.Add(WebhookTelemetry.StatusClassTag, StatusClasses[(statusCode.Value / 100) - 1]);
        if (errorType is not null)
            tags.Add(WebhookTelemetry.ErrorTypeTag, errorType);
        _attemptDuration.Record(duration.TotalSeconds, tags);
    }

    public void Delivered(string eventType, TimeSpan latency) =>
        _deliveryLatency.Record(latency.TotalSeconds, new KeyValuePair<string, object?>(WebhookTelemetry.EventTypeTag, eventType));

    public void LaneLost() => _lanesLost.Add(1);

    public void SettledStale() => _stale.Add(1);
}
