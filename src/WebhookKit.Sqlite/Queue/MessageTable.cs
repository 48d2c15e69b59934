using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.Queue;

/// <summary>The messages, with their data apart, and how many of their deliveries wait and are known.</summary>
internal sealed class MessageTable(Database database, Counters counters)
{
    private const string Columns = "no, public_id, tenant, accepted, targets, waiting, known, data_length IS NOT NULL";

    private readonly RecentMessages _recent = new();

    public MessageRow? Find(long no) => One(database.Statement($"SELECT {Columns} FROM message WHERE no = ?").Add(no));

    public MessageRow? Find(Guid id) => One(database.Statement($"SELECT {Columns} FROM message WHERE id = ?").Add(id));

    public MessageRow? Find(string publicId) =>
        One(database.Statement($"SELECT {Columns} FROM message WHERE public_id = ? ORDER BY no DESC LIMIT 1").Add(publicId));

    public long Add(EnqueueRequest request, long now)
    {
        var (message, no) = (request.Message, counters.NextMessage());
        var targets = (long)request.Targets.Count;
        database.Statement(
                "INSERT INTO message (no, id, public_id, tenant, event_type, timestamp, trace_parent, attributes, is_addressed, accepted, targets, waiting, "
                + "known, data_length, idempotency_key, key_expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .Add(no).Add(message.Id).Add(message.PublicId).Add(message.Tenant).Add(message.EventType).Add(message.Timestamp.UtcTicks).Add(message.TraceParent)
            .Add(AttributesFormat.Write(message.Attributes)).Add(message.IsAddressed).Add(now).Add(targets).Add(targets).Add(targets)
            .Add((long)message.Data.Length).Add(request.Idempotency?.Key)
            .Add(request.Idempotency is { } key ? FileClock.After(now, key.Lifetime) : null).Run();
        database.Statement("INSERT INTO message_data (message, data) VALUES (?, ?)").Add(no).Add(message.Data.Span).Run();
        return no;
    }

    /// <summary>Deliveries of it were added, ended or forgotten.</summary>
    public void Count(long no, int waiting, int known)
    {
        // What is not named need not be looked up in the indices.
        if (known == 0)
            database.Statement("UPDATE message SET waiting = waiting + ? WHERE no = ?").Add((long)waiting).Add(no).Run();
        else
            database.Statement("UPDATE message SET waiting = waiting + ?, known = known + ? WHERE no = ?").Add((long)waiting).Add((long)known).Add(no).Run();
    }

    /// <summary>Forgets it if no delivery of it is known any more.</summary>
    public void RemoveIfUnknown(long no)
    {
        if (Find(no) is { Known: 0 })
            Remove(no);
    }

    public void Remove(long no)
    {
        _recent.Remove(no);
        database.Statement("DELETE FROM message WHERE no = ?").Add(no).Run();
        database.Statement("DELETE FROM message_data WHERE message = ?").Add(no).Run();
    }

    /// <summary>Drops the data of messages that wait for nothing and were accepted at this time or earlier, the oldest first; answers with how many.</summary>
    public int DropData(long until, int most)
    {
        var dropped = Numbers("SELECT no FROM message WHERE waiting = 0 AND data_length IS NOT NULL AND accepted <= ? ORDER BY accepted LIMIT ?", until, most);
        foreach (var no in dropped)
        {
            _recent.Remove(no);
            database.Statement("DELETE FROM message_data WHERE message = ?").Add(no).Run();
            database.Statement("UPDATE message SET data_length = NULL WHERE no = ?").Add(no).Run();
        }

        return dropped.Count;
    }

    /// <summary>Whether <see cref="DropData"/> would find one.</summary>
    public bool HasData(long until) => database
        .Statement("SELECT 1 FROM message WHERE waiting = 0 AND data_length IS NOT NULL AND accepted <= ? LIMIT 1").Add(until).Scalar() is not null;

    /// <summary>Messages without a delivery that were accepted at this time or earlier, the oldest first.</summary>
    public List<long> Undelivered(long until, int most) =>
        Numbers("SELECT no FROM message WHERE known = 0 AND accepted <= ? ORDER BY accepted LIMIT ?", until, most);

    public MessageRow? OldestOf(string? tenant) =>
        One(database.Statement($"SELECT {Columns} FROM message WHERE tenant IS ? ORDER BY no LIMIT 1").Add(tenant));

    /// <summary>A message with its data.</summary>
    public AcceptedMessage Read(long no)
    {
        if (_recent.TryGet(no, out var recent))
            return recent;
        var read = ReadFile(no);
        _recent.Add(no, read);
        return read;
    }

    private AcceptedMessage ReadFile(long no)
    {
        var rows = database.Statement(
            "SELECT id, public_id, tenant, event_type, timestamp, trace_parent, attributes, is_addressed, accepted, data, targets"
            + " FROM message LEFT JOIN message_data ON message = no WHERE no = ?").Add(no);
        if (!rows.Read())
            throw new WebhookStoreException(StoreFault.Unreadable, "The SQLite store is damaged: a delivery has no message. Restore it from a backup.");
        try
        {
            return new AcceptedMessage(MessageForm.Read(rows, rows.GetBytes(9).ToArray()), rows.GetInt64(8), rows.GetInt32(10));
        }
        catch (ArgumentException e)
        {
            throw new WebhookStoreException(StoreFault.Unreadable, $"The SQLite store is damaged: message number {no} cannot be read. {e.Message}", e);
        }
        finally
        {
            rows.Stop();
        }
    }

    private List<long> Numbers(string sql, long until, int most)
    {
        var numbers = new List<long>();
        var rows = database.Statement(sql).Add(until).Add((long)most);
        while (rows.Read())
            numbers.Add(rows.GetInt64(0));
        return numbers;
    }

    private static MessageRow? One(Statement rows)
    {
        if (!rows.Read())
            return null;
        var row = new MessageRow(
            rows.GetInt64(0), rows.GetString(1), rows.GetNullableString(2), rows.GetInt64(3), rows.GetInt32(4), rows.GetInt32(5), rows.GetInt32(6),
            rows.GetInt64(7) != 0);
        rows.Stop();
        return row;
    }
}
