using Npgsql;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.DeliveryLog;

/// <summary>The store in numbers: depth, statistics, one lane.</summary>
internal sealed class Figures(Database database)
{
    public async Task<QueueDepth> MeasureAsync(CancellationToken cancellationToken)
    {
        var (waiting, due, first, now) = (await database.ReadAsync(
            session => session.Query().Add("measure", session.Now).ListAsync(row => (row.GetInt64(0), row.GetInt64(1), row.TimeOrNull(2), row.Time(3))),
            cancellationToken).ConfigureAwait(false))[0];
        return new QueueDepth(waiting, due, first < now ? now - first.Value : TimeSpan.Zero);
    }

    public async Task<LaneRecord?> FindLaneAsync(LaneId lane, CancellationToken cancellationToken)
    {
        var records = await database.ReadAsync(
            session => session.Query().Add("find_lane", session.Now, Param.Uuid(lane.Value)).ListAsync(row => Read(row, lane)), cancellationToken)
            .ConfigureAwait(false);
        return records[0] is { HeldBy: null, Waiting: 0 } ? null : records[0];
    }

    public async Task<DeliveryStatistics> CountAsync(StatisticsQuery query, CancellationToken cancellationToken)
    {
        var faults = new QueryFaults(nameof(StatisticsQuery));
        faults.CheckTenant(query.Tenant, query.AllTenants);
        faults.ThrowIfAny();
        return await database.ReadAsync(session => CountAsync(session, query), cancellationToken).ConfigureAwait(false);
    }

    private static LaneRecord Read(NpgsqlDataReader row, LaneId lane)
    {
        var now = row.Time(0);
        var isHeld = !row.IsDBNull(1);
        return new LaneRecord
        {
            Lane = lane,
            Waiting = row.GetInt64(5),
            Head = row.BigintOrNull(6) is { } head ? new DeliveryId(head) : null,
            HeldBy = isHeld ? row.TextOrNull(2) : null,
            LeasedUntil = isHeld ? row.TimeOrNull(3).Utc() : null,
            HeldUntil = row.TimeOrNull(4) is { } until && until > now ? until.Utc() : null,
            Now = now.Utc(),
        };
    }

    private async Task<DeliveryStatistics> CountAsync(Session session, StatisticsQuery query)
    {
        var reader = await session.Query()
            .AddText(Complete("count_deliveries", query, out var first), first)
            .AddText(Complete("count_attempts", query, out var second), second)
            .ReadAsync().ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        var sum = new StatisticsSum();
        foreach (var (status, count, microseconds) in await reader.ListAsync(Counted).ConfigureAwait(false))
            sum.AddDeliveries((DeliveryStatus)status, count, (Int128)(microseconds * TimeSpan.TicksPerMicrosecond));
        foreach (var (outcome, count, ticks) in await reader.ListAsync(Counted).ConfigureAwait(false))
            sum.AddAttempts((AttemptOutcome)outcome, count, (Int128)ticks);
        return sum.ToStatistics();
    }

    private static (short Group, long Count, decimal Sum) Counted(NpgsqlDataReader row) => (row.GetInt16(0), row.GetInt64(1), row.GetDecimal(2));

    private string Complete(string name, StatisticsQuery query, out NpgsqlParameter[] parameters)
    {
        var all = new List<NpgsqlParameter>();
        var (waiting, ended) = (new LogFilters(all), new LogFilters(all));
        AddTo(waiting, "m", query);
        AddTo(ended, "d", query);
        parameters = [.. all];
        return database.Statements[name].Replace("{waiting}", waiting.Text, StringComparison.Ordinal).Replace("{ended}", ended.Text, StringComparison.Ordinal);
    }

    private static void AddTo(LogFilters filters, string table, StatisticsQuery query)
    {
        filters.AddTenant(table + ".tenant", query.Tenant, query.AllTenants);
        filters.AddText(table + ".event_type = {0}", query.EventType);
        filters.Add("d.subscription_id = {0}", query.Subscription, subscription => Param.Uuid(subscription.Value));
        filters.AddTimes("d.enqueued_at", query.Since, query.Until);
    }
}
