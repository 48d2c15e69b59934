using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.Queue;

/// <summary>Reads messages from rows that begin with id, public_id, tenant, event_type, timestamp, trace_parent, attributes, is_addressed.</summary>
internal static class MessageForm
{
    public static WebhookMessage Read(Statement rows, ReadOnlyMemory<byte> data) => new()
    {
        Id = rows.GetGuid(0),
        PublicId = rows.GetString(1),
        Tenant = rows.GetNullableString(2),
        EventType = rows.GetString(3),
        Timestamp = new DateTimeOffset(rows.GetInt64(4), TimeSpan.Zero),
        TraceParent = rows.GetNullableString(5),
        Attributes = AttributesFormat.Read(rows.GetNullableString(6)),
        IsAddressed = rows.GetInt64(7) != 0,
        Data = data,
    };
}
