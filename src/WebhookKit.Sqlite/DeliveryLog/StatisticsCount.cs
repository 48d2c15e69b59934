using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.DeliveryLog;

/// <summary>Counts deliveries and attempts.</summary>
internal sealed class StatisticsCount
{
    private static readonly string Deliveries = LogQuery.Load("count_deliveries");
    private static readonly string Attempts = LogQuery.Load("count_attempts");
    private static readonly string PreviousText = LogQuery.Load("previous_delivery");
    private readonly StatisticsQuery _query;
    private readonly StatisticsSum _sum = new();

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
        return _sum.ToStatistics();
    }

    private bool CountRange(Database database, FileClock clock, long end, long begin)
    {
        var deliveries = Bind(database.Statement(Deliveries), clock, end, begin);
        while (deliveries.Read())
            _sum.AddDeliveries((DeliveryStatus)deliveries.GetInt32(0), deliveries.GetInt64(1), deliveries.GetInt64(2));

        var attempts = Bind(database.Statement(Attempts), clock, end, begin);
        while (attempts.Read())
            _sum.AddAttempts((AttemptOutcome)attempts.GetInt32(0), attempts.GetInt64(1), attempts.GetInt64(2));
        return false;
    }

    private Statement Bind(Statement statement, FileClock clock, long end, long begin) => statement
        .Add(end).Add(begin).Add(_query.AllTenants).Add(_query.Tenant).Add(_query.EventType).Add(clock.ToTicks(_query.Since)).Add(clock.ToTicks(_query.Until))
        .Add(_query.Subscription?.Value);
}
