using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.DeliveryLog;

/// <summary>Counts deliveries and attempts.</summary>
internal sealed class StatisticsCount
{
    private static readonly string Deliveries = LogQuery.Load("count_deliveries");
    private static readonly string Attempts = LogQuery.Load("count_attempts");
    private static readonly string PreviousText = LogQuery.Load("previous_delivery");
    private readonly StatisticsQuery _query;
    private readonly Dictionary<DeliveryStatus, long> _deliveries = [];
    private readonly Dictionary<AttemptOutcome, long> _attempts = [];
    private Int128 _attemptTicks;
    private Int128 _deliveryTicks;

    /// <exception cref="WebhookValidationException">The tenant is not valid.</exception>
    public StatisticsCount(StatisticsQuery query)
    {
        var faults = new QueryFaults(nameof(StatisticsQuery));
        faults.CheckTenant(query.Tenant, query.AllTenants);
        faults.ThrowIfAny();
        _query = query;
    }

    public async Task<DeliveryStatistics> CountAsync(OpenFile file, CancellationToken cancellationToken)
    {
        var after = await LogQuery.MadeBeforeAsync(file, _query.Since, cancellationToken).ConfigureAwait(false);
        await LogQuery.ReadAsync(
            file.Readers, long.MaxValue, after, (database, before) => database.Statement(PreviousText).Add(before).Scalar(),
            (database, end, begin) => CountRange(database, file.Clock, end, begin), cancellationToken).ConfigureAwait(false);
        return new DeliveryStatistics
        {
            Waiting = _deliveries.GetValueOrDefault(DeliveryStatus.Waiting),
            Delivered = _deliveries.GetValueOrDefault(DeliveryStatus.Delivered),
            Dead = _deliveries.GetValueOrDefault(DeliveryStatus.Dead),
            Cancelled = _deliveries.GetValueOrDefault(DeliveryStatus.Cancelled),
            Attempts = _attempts,
            MeanAttemptDuration = Mean(_attemptTicks, _attempts.Values.Sum()),
            MeanTimeToDeliver = Mean(_deliveryTicks, _deliveries.GetValueOrDefault(DeliveryStatus.Delivered)),
        };
    }

    private bool CountRange(Database database, FileClock clock, long end, long begin)
    {
        var deliveries = Bind(database.Statement(Deliveries), clock, end, begin);
        while (deliveries.Read())
        {
            var status = (DeliveryStatus)deliveries.GetInt32(0);
            _deliveries[status] = _deliveries.GetValueOrDefault(status) + deliveries.GetInt64(1);
            _deliveryTicks += deliveries.GetInt64(2);
        }

        var attempts = Bind(database.Statement(Attempts), clock, end, begin);
        while (attempts.Read())
        {
            var outcome = (AttemptOutcome)attempts.GetInt32(0);
            _attempts[outcome] = _attempts.GetValueOrDefault(outcome) + attempts.GetInt64(1);
            _attemptTicks += attempts.GetInt64(2);
        }

        return false;
    }

    private Statement Bind(Statement statement, FileClock clock, long end, long begin) => statement
        .Add(end).Add(begin).Add(_query.AllTenants).Add(_query.Tenant).Add(_query.EventType).Add(clock.ToTicks(_query.Since)).Add(clock.ToTicks(_query.Until))
        .Add(_query.Subscription?.Value);

    private static TimeSpan? Mean(Int128 ticks, long count) => count == 0 ? null : TimeSpan.FromTicks((long)(ticks / count));
}
