using Npgsql;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.PostgreSql.Queue;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.DeliveryLog;

/// <summary>Reads deliveries, waiting and ended ones alike, and their attempts.</summary>
internal sealed class DeliveryReader(Database database, Destinations destinations)
{
    public async Task<Page<DeliveryRecord>> ListAsync(DeliveryQuery query, CancellationToken cancellationToken)
    {
        var faults = new QueryFaults(nameof(DeliveryQuery));
        faults.CheckTenant(query.Tenant, query.AllTenants);
        var before = faults.ReadPage(query.Limit, query.Continuation);
        faults.ThrowIfAny();
        var parameters = new List<NpgsqlParameter> { Param.Int(query.Limit + 1), Param.Bigint(before) };
        var parts = new List<string>();
        if (query is { Status: null or DeliveryStatus.Waiting, DeadReason: null, EndedSince: null, EndedUntil: null })
            parts.Add(Waiting(query, parameters));
        if (query.Status != DeliveryStatus.Waiting)
            parts.Add(Ended(query, parameters));
        if (parts.Count == 0)
            return new Page<DeliveryRecord>([], Next: null);
        var text = $"SELECT * FROM (({string.Join(") UNION ALL (", parts)})) both_kinds ORDER BY 1 DESC LIMIT $1";
        var rows = await database.ReadAsync(
            session => session.Query().AddText(text, parameters.ConvertAll(parameter => parameter.Clone()).ToArray()).ListAsync(DeliveryRow.Read), cancellationToken)
            .ConfigureAwait(false);
        var records = new List<DeliveryRecord>();
        foreach (var row in rows.Take(query.Limit))
            records.Add(await DecodeAsync(row, cancellationToken).ConfigureAwait(false));
        return new Page<DeliveryRecord>(records, rows.Count > query.Limit ? QueryFaults.After(records[^1].Id.Value) : null);
    }

    public async Task<DeliveryRecord?> FindAsync(DeliveryId delivery, CancellationToken cancellationToken)
    {
        var one = database.Statements["list_deliveries_waiting"].Replace("{filters}", "AND d.id = $3", StringComparison.Ordinal);
        var other = database.Statements["list_deliveries_ended"].Replace("{filters}", "AND d.id = $3", StringComparison.Ordinal);
        var rows = await database.ReadAsync(
            session => session.Query()
                .AddText($"({one}) UNION ALL ({other})", Param.Int(1), Param.Bigint(long.MaxValue), Param.Bigint(delivery.Value))
                .ListAsync(DeliveryRow.Read),
            cancellationToken).ConfigureAwait(false);
        return rows.Count == 0 ? null : await DecodeAsync(rows[0], cancellationToken).ConfigureAwait(false);
    }

    public Task<List<Attempt>> ListAttemptsAsync(DeliveryId delivery, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.Query().Add("list_attempts", Param.Bigint(delivery.Value)).ListAsync(row => new Attempt
        {
            Id = row.GetGuid(0), Delivery = new DeliveryId(row.GetInt64(1)), StartedAt = row.Time(2).Utc(), Duration = TimeSpan.FromTicks(row.GetInt64(3)),
            Number = row.GetInt32(4), StatusCode = row.IntOrNull(5), Trigger = (AttemptTrigger)row.GetInt16(6), Outcome = (AttemptOutcome)row.GetInt16(7),
            ResponseBody = row.TextOrNull(8), Detail = row.TextOrNull(9),
        }),
        cancellationToken);

    private string Waiting(DeliveryQuery query, List<NpgsqlParameter> parameters)
    {
        var filters = new LogFilters(parameters);
        filters.AddTenant("m.tenant", query.Tenant, query.AllTenants);
        filters.AddText("m.event_type = {0}", query.EventType);
        AddTo(filters, query);
        return database.Statements["list_deliveries_waiting"].Replace("{filters}", filters.Text, StringComparison.Ordinal);
    }

    private string Ended(DeliveryQuery query, List<NpgsqlParameter> parameters)
    {
        var filters = new LogFilters(parameters);
        filters.AddTenant("d.tenant", query.Tenant, query.AllTenants);
        filters.AddText("d.event_type = {0}", query.EventType);
        AddTo(filters, query);
        filters.Add("d.status = {0}", query.Status, status => Param.Smallint((int)status));
        filters.Add("d.dead_reason = {0}", query.DeadReason, reason => Param.Smallint((int)reason));
        filters.AddTimes("d.ended_at", query.EndedSince, query.EndedUntil);
        return database.Statements["list_deliveries_ended"].Replace("{filters}", filters.Text, StringComparison.Ordinal);
    }

    private static void AddTo(LogFilters filters, DeliveryQuery query)
    {
        filters.AddText("d.message_id IN (SELECT id FROM {{schema}}.message WHERE public_id = {0})", query.MessageId);
        filters.Add("d.subscription_id = {0}", query.Subscription, subscription => Param.Uuid(subscription.Value));
        filters.Add("d.destination_id = {0}", query.Destination, destination => Param.Uuid(destination.Value));
        filters.Add("d.last_outcome = {0}", query.LastOutcome, outcome => Param.Smallint((int)outcome));
        filters.AddTimes("d.enqueued_at", query.Since, query.Until);
        filters.AddAttributes(query.Attributes);
    }

    private async ValueTask<DeliveryRecord> DecodeAsync(DeliveryRow row, CancellationToken cancellationToken) => row.Destination is { } id
        ? row.Record with { Destination = await destinations.ReadAsync(id, row.Form, cancellationToken).ConfigureAwait(false) }
        : row.Record;
}
