using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.Queue;

/// <summary>The targets of accepted messages that have not become deliveries yet, in parts of a bounded length.</summary>
internal sealed class PendingTable(Database database)
{
    private const int PartLength = 1_000;

    /// <summary>The form in which <see cref="PendingTargetsFormat"/> writes.</summary>
    private const long Form = 1;

    public void Add(long message, IReadOnlyList<DeliveryTarget> targets, int from)
    {
        for (var (part, at) = (0L, from); at < targets.Count; part++, at += PartLength)
        {
            var count = Math.Min(PartLength, targets.Count - at);
            var chunk = new DeliveryTarget[count];
            for (var i = 0; i < count; i++)
                chunk[i] = targets[at + i];
            Write(message, part, count, PendingTargetsFormat.Write(chunk));
        }
    }

    /// <summary>Takes the first targets of a message; empty if there are none.</summary>
    public PendingTarget[] Take(long message, int most)
    {
        var rows = database.Statement("SELECT part, count, targets, form FROM pending WHERE message = ? ORDER BY part LIMIT 1").Add(message);
        if (!rows.Read())
            return [];
        var (part, count, bytes, form) = (rows.GetInt64(0), rows.GetInt32(1), rows.GetBytes(2).ToArray(), rows.GetInt64(3));
        rows.Stop();
        CheckForm(message, form);
        var taken = Math.Min(most, count);
        database.Statement("DELETE FROM pending WHERE message = ? AND part = ?").Add(message).Add(part).Run();
        if (taken < count)
            Write(message, part, count - taken, bytes.AsSpan(taken * PendingTargetsFormat.Length));
        return PendingTargetsFormat.Read(bytes, taken);
    }

    /// <summary>Whether one of a message's targets is this subscription.</summary>
    public bool Has(long message, SubscriptionId subscription)
    {
        var rows = database.Statement("SELECT count, targets, form FROM pending WHERE message = ?").Add(message);
        while (rows.Read())
        {
            CheckForm(message, rows.GetInt64(2));
            if (!PendingTargetsFormat.Read(rows.GetBytes(1), rows.GetInt32(0)).Any(target => target.Subscription == subscription))
                continue;
            rows.Stop();
            return true;
        }

        return false;
    }

    public bool HasAny(long message) => database.Statement("SELECT 1 FROM pending WHERE message = ? LIMIT 1").Add(message).Scalar() is not null;

    /// <summary>The messages that have any, the oldest first.</summary>
    public List<long> Messages()
    {
        var messages = new List<long>();
        var rows = database.Statement("SELECT DISTINCT message FROM pending ORDER BY message");
        while (rows.Read())
            messages.Add(rows.GetInt64(0));
        return messages;
    }

    private static void CheckForm(long message, long form)
    {
        if (form != Form)
        {
            throw new WebhookStoreException(
                StoreFault.Unreadable, $"The waiting targets of message number {message} are in the form {form}, which this library does not know. Use a newer one.");
        }
    }

    private void Write(long message, long part, int count, ReadOnlySpan<byte> targets) =>
        database.Statement("INSERT INTO pending (message, part, count, form, targets) VALUES (?, ?, ?, ?, ?)")
            .Add(message).Add(part).Add((long)count).Add(Form).Add(targets).Run();
}
