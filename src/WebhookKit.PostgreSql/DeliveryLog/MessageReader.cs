using Npgsql;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.PostgreSql.Queue;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.DeliveryLog;

/// <summary>Reads messages.</summary>
internal sealed class MessageReader(Database database)
{
    public async Task<Page<MessageRecord>> ListAsync(MessageQuery query, CancellationToken cancellationToken)
    {
        var faults = new QueryFaults(nameof(MessageQuery));
        faults.CheckTenant(query.Tenant, query.AllTenants);
        var before = faults.ReadPage(query.Limit, query.Continuation);
        faults.ThrowIfAny();
        var rows = await database.ReadAsync(
            session =>
            {
                var parameters = new List<NpgsqlParameter> { Param.Int(query.Limit + 1), Param.Bigint(before), session.Now };
                var filters = new LogFilters(parameters);
                filters.AddTenant("m.tenant", query.Tenant, query.AllTenants);
                filters.AddText("m.event_type = {0}", query.EventType);
                filters.AddTimes("m.accepted_at", query.Since, query.Until);
                filters.AddAttributes(query.Attributes);
                var text = database.Statements["list_messages"].Replace("{filters}", filters.Text, StringComparison.Ordinal);
                return session.Query().AddText(text, [.. parameters]).ListAsync(row => (Record: Read(row, data: null), Number: row.GetInt64(12)));
            },
            cancellationToken).ConfigureAwait(false);
        var items = rows.Take(query.Limit).Select(row => row.Record).ToList();
        return new Page<MessageRecord>(items, rows.Count > query.Limit ? QueryFaults.After(rows[query.Limit - 1].Number) : null);
    }

    public async Task<MessageRecord?> FindAsync(string messageId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            session => session.Query().Add("find_message", session.Now, Param.Text(StoredText.Clean(messageId))).ListAsync(row => Read(row, data: 13)),
            cancellationToken).ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0];
    }

    private static MessageRecord Read(NpgsqlDataReader row, int? data) => new()
    {
        Message = MessageRows.Read(row, 0, data),
        AcceptedAt = row.Time(8).Utc(),
        Targets = row.GetInt32(9),
        DataLength = row.IntOrNull(10),
        IdempotencyKey = row.TextOrNull(11),
    };
}
