using WebhookKit.Storage;

namespace WebhookKit.InMemory;

/// <summary>Counts deliveries and attempts.</summary>
internal sealed class StatisticsScan : ILogScan
{
    private const int StepLength = 4_096;

    private readonly StatisticsQuery _query;
    private readonly StatisticsSum _sum = new();
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

    public DeliveryStatistics ToStatistics() => _sum.ToStatistics();

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
        _sum.AddDeliveries(delivery.Status, 1, delivery.EndedAt - delivery.EnqueuedAt);
        foreach (var attempt in delivery.Attempts?.Attempts ?? [])
            _sum.AddAttempts(attempt.Outcome, 1, attempt.Duration.Ticks);
    }
}
