using Npgsql;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>Reads messages from rows.</summary>
internal static class MessageRows
{
    /// <summary>Reads a message from eight columns: id, public id, tenant, type, time, trace, attributes, whether it is addressed; and its data.</summary>
    public static WebhookMessage Read(NpgsqlDataReader row, int first, int? data) => new()
    {
        Id = row.GetGuid(first),
        PublicId = row.GetString(first + 1),
        Tenant = row.TextOrNull(first + 2),
        EventType = row.GetString(first + 3),
        Timestamp = row.Time(first + 4).Utc(),
        TraceParent = row.TextOrNull(first + 5),
        Attributes = AttributesFormat.Read(row.TextOrNull(first + 6)),
        IsAddressed = row.GetBoolean(first + 7),
        Data = data is { } column && !row.IsDBNull(column) ? row.Bytes(column) : default,
    };
}
