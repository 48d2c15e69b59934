using WebhookKit.Sqlite.Files;
using WebhookKit.Sqlite.Queue;

namespace WebhookKit.Sqlite.DeliveryLog;

/// <summary>Reads messages: one with its data, or a page of them without, those accepted last first.</summary>
internal sealed class MessagePages
{
    private const string OfTenant = "AND tenant IS ?3";
    private static readonly string OfAll = LogQuery.Load("list_messages");
    private static readonly string OfOne = LogQuery.Load("list_messages", OfTenant);
    private readonly MessageQuery _query;
    private readonly long _before;
    private readonly List<(long No, MessageRecord Record)> _found = [];

    /// <exception cref="WebhookValidationException">The tenant, the limit or the continuation is not valid.</exception>
    public MessagePages(MessageQuery query)
    {
        var faults = new QueryFaults(nameof(MessageQuery));
        faults.CheckTenant(query.Tenant, query.AllTenants);
        _before = faults.ReadPage(query.Limit, query.Continuation);
        faults.ThrowIfAny();
        _query = query;
    }

    public static long? FindNumber(Database database, string publicId) =>
        database.Statement("SELECT no FROM message WHERE public_id = ? ORDER BY no DESC LIMIT 1").Add(publicId).Scalar();

    public static MessageRecord? Find(Database database, FileClock clock, string publicId)
    {
        var rows = database.Statement(
            "SELECT id, public_id, tenant, event_type, timestamp, trace_parent, attributes, is_addressed, no, accepted, targets, data_length, idempotency_key,"
            + " key_expires, data FROM message LEFT JOIN message_data ON message = no WHERE public_id = ? ORDER BY no DESC LIMIT 1").Add(publicId);
        if (!rows.Read())
            return null;
        var record = Read(rows, clock, rows.GetBytes(14).ToArray());
        rows.Stop();
        return record;
    }

    public async Task<Page<MessageRecord>> ReadAsync(OpenFile file, CancellationToken cancellationToken)
    {
        await LogQuery.ReadAsync(
            file.Readers, _before, after: 0, Previous, (database, end, begin) => ReadRange(database, file.Clock, end, begin), cancellationToken)
            .ConfigureAwait(false);
        var hasMore = _found.Count > _query.Limit;
        var items = _found.Take(_query.Limit).Select(found => found.Record).ToArray();
        return new(items, hasMore ? QueryFaults.After(_found[_query.Limit - 1].No) : null);
    }

    private static MessageRecord Read(Statement rows, FileClock clock, ReadOnlyMemory<byte> data) => new()
    {
        Message = MessageForm.Read(rows, data),
        AcceptedAt = clock.ToUtc(rows.GetInt64(9)),
        Targets = rows.GetInt32(10),
        DataLength = rows.GetNullableInt32(11),
        IdempotencyKey = rows.GetNullableInt64(13) > clock.Now() ? rows.GetNullableString(12) : null,
    };

    private long? Previous(Database database, long before) => _query.AllTenants
        ? database.Statement("SELECT max(no) FROM message WHERE no < ?").Add(before).Scalar()
        : database.Statement("SELECT no FROM message WHERE tenant IS ? AND no < ? ORDER BY no DESC LIMIT 1").Add(_query.Tenant).Add(before).Scalar();

    private bool ReadRange(Database database, FileClock clock, long end, long begin)
    {
        var rows = database.Statement(_query.AllTenants ? OfAll : OfOne).Add(end).Add(begin).Add(_query.Tenant)
            .Add(_query.EventType).Add(clock.ToTicks(_query.Since)).Add(clock.ToTicks(_query.Until)).Add(AttributesFormat.Write(_query.Attributes))
            .Add(_query.Limit + 1L - _found.Count);
        while (rows.Read())
            _found.Add((rows.GetInt64(8), Read(rows, clock, default)));
        return _found.Count > _query.Limit;
    }
}
