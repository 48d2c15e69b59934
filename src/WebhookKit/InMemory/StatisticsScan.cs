using WebhookKit.Storage;

namespace WebhookKit.InMemory;

/// <summary>Counts deliveries and attempts.</summary>
internal sealed class StatisticsScan : ILogScan
{
    private const int StepLength = 4_096;

    private readonly StatisticsQuery _query;
    private readonly Dictionary<DeliveryStatus, long> _deliveries = [];
    private readonly Dictionary<AttemptOutcome, long> _attempts = [];
    private Int128 _attemptTicks;
    private Int128 _deliveryTicks;
    private StoredDelivery? _at;
    private bool _started;

    /// <exception cref="WebhookValidationException">The tenant is not valid.</exception>
    public StatisticsScan(StatisticsQuery query)
    {
        var faults = new QueryFaults(nameof(StatisticsQuery));
        faults.CheckTenant(query.Tenant, query.AllTenants);
        faults.ThrowIfAny();
        _query = query;
    }

    public DeliveryStatistics ToStatistics() => new()
    {
        Waiting = _deliveries.GetValueOrDefault(DeliveryStatus.Waiting),
        Delivered = _deliveries.GetValueOrDefault(DeliveryStatus.Delivered),
        Dead = _deliveries.GetValueOrDefault(DeliveryStatus.Dead),
        Cancelled = _deliveries.GetValueOrDefault(DeliveryStatus.Cancelled),
        Attempts = _attempts,
        MeanAttemptDuration = Mean(_attemptTicks, _attempts.Values.Sum()),
        MeanTimeToDeliver = Mean(_deliveryTicks, _deliveries.GetValueOrDefault(DeliveryStatus.Delivered)),
    };

    public bool Step(StoreContents contents, StoreClock clock, long now)
    {
        if (!_started)
            _at = contents.Deliveries.Newest;
        _started = true;
        for (var steps = 0; _at is not null && steps < StepLength; steps++, _at = _at.InLog.Older)
        {
            if (!_at.Forgotten && Matches(_at, clock))
                Count(_at);
        }

        return _at is null;
    }

    private bool Matches(StoredDelivery delivery, StoreClock clock) =>
        LogFilter.IsOf(delivery.Message, _query.AllTenants, _query.Tenant, _query.EventType)
        && (_query.Subscription is not { } subscription || delivery.Recipient.Subscription == subscription)
        && LogFilter.IsWithin(clock.ToUtc(delivery.EnqueuedAt), _query.Since, _query.Until);

    private void Count(StoredDelivery delivery)
    {
        _deliveries[delivery.Status] = _deliveries.GetValueOrDefault(delivery.Status) + 1;
        if (delivery.Status == DeliveryStatus.Delivered)
            _deliveryTicks += delivery.EndedAt - delivery.EnqueuedAt;
        foreach (var attempt in delivery.Attempts?.Attempts ?? [])
        {
            _attempts[attempt.Outcome] = _attempts.GetValueOrDefault(attempt.Outcome) + 1;
            _attemptTicks += attempt.Duration.Ticks;
        }
    }

    private static TimeSpan? Mean(Int128 ticks, long count) => count == 0 ? null : TimeSpan.FromTicks((long)(ticks / count));
}
