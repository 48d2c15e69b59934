using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.Queue;

/// <summary>The deliveries: those that wait in one table, those that have ended in another.</summary>
internal sealed class DeliveryTable(Database database, Counters counters)
{
    private const string Waiting =
        "id, message, lane, target, is_destination, trigger, attempts, due, enqueued, repeats, repeated_as, logged, last_started, last_outcome, last_status";

    private const string Ended =
        "id, message, lane, target, is_destination, trigger, attempts, ended, enqueued, repeats, repeated_as, logged, last_started, last_outcome, "
        + "last_status, status, dead_reason";

    public DeliveryRow? Find(long id) => FindWaiting(id) ?? FindEnded(id);

    public DeliveryRow? FindWaiting(long id) => One(database.Statement($"SELECT {Waiting} FROM delivery WHERE id = ?").Add(id), ended: false);

    public bool IsWaiting(long id) => database.Statement("SELECT 1 FROM delivery WHERE id = ?").Add(id).Scalar() is not null;

    /// <summary>What is due in a lane, earliest first.</summary>
    public List<DeliveryRow> Due(Guid lane, long now, int most)
    {
        var due = new List<DeliveryRow>();
        var rows = database.Statement($"SELECT {Waiting} FROM delivery WHERE lane = ? AND due <= ? ORDER BY due, id LIMIT ?").Add(lane).Add(now).Add((long)most);
        while (rows.Read())
            due.Add(Read(rows, ended: false));
        return due;
    }

    /// <summary>Adds one that waits; its id is given here.</summary>
    public long Add(long message, PendingTarget target, AttemptTrigger trigger, long due, long? enqueued = null, long? repeats = null)
    {
        var id = counters.NextDelivery();
        var isDestination = target.Destination is not null;
        database.Statement($"INSERT INTO delivery ({Waiting}) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, NULL, 0, NULL, NULL, NULL)")
            .Add(id).Add(message).Add(target.Lane.Value).Add(target.Destination?.Value ?? target.Subscription!.Value.Value).Add(isDestination)
            .Add((long)trigger).Add(due).Add(enqueued).Add(repeats).Run();
        return id;
    }

    /// <summary>Writes what may have changed of one, waiting or ended.</summary>
    public void Write(DeliveryRow row)
    {
        var sql = row.IsWaiting
            ? "UPDATE delivery SET trigger = ?, attempts = ?, due = ?, logged = ?, last_started = ?, last_outcome = ?, last_status = ? WHERE id = ?"
            : "UPDATE delivery_ended SET trigger = ?, attempts = ?, ended = ?, logged = ?, last_started = ?, last_outcome = ?, last_status = ?, "
                + "status = ?, dead_reason = ? WHERE id = ?";
        var statement = database.Statement(sql)
            .Add((long)row.Trigger).Add((long)row.Attempts).Add(row.Due).Add((long)row.Logged).Add(row.LastStarted).Add(row.LastOutcome).Add(row.LastStatus);
        if (!row.IsWaiting)
            statement.Add((long)row.Status).Add((long?)row.DeadReason);
        statement.Add(row.Id).Run();
    }

    /// <summary>Moves one that waited to those that have ended.</summary>
    public void End(DeliveryRow row, DeliveryStatus status, DeadReason? reason, long now)
    {
        (row.Status, row.DeadReason, row.Due) = (status, reason, now);
        database.Statement("DELETE FROM delivery WHERE id = ?").Add(row.Id).Run();
        database.Statement($"INSERT INTO delivery_ended ({Ended}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .Add(row.Id).Add(row.Message).Add(row.Lane).Add(row.Target).Add(row.IsDestination).Add((long)row.Trigger).Add((long)row.Attempts).Add(row.Due)
            .Add(row.Enqueued).Add(row.Repeats).Add(row.RepeatedAs).Add((long)row.Logged).Add(row.LastStarted).Add(row.LastOutcome).Add(row.LastStatus)
            .Add((long)row.Status).Add((long?)row.DeadReason).Run();
    }

    public void SetRepeatedAs(DeliveryRow row, long by) => database
        .Statement(row.IsWaiting ? "UPDATE delivery SET repeated_as = ? WHERE id = ?" : "UPDATE delivery_ended SET repeated_as = ? WHERE id = ?")
        .Add(by).Add(row.Id).Run();

    /// <summary>Forgets one and its attempts.</summary>
    public void Remove(DeliveryRow row)
    {
        database.Statement(row.IsWaiting ? "DELETE FROM delivery WHERE id = ?" : "DELETE FROM delivery_ended WHERE id = ?").Add(row.Id).Run();
        if (row.Logged > 0)
            database.Statement("DELETE FROM attempt WHERE delivery = ?").Add(row.Id).Run();
    }

    /// <summary>The newest of a message that wait.</summary>
    public List<DeliveryRow> NewestWaiting(long message, int most) =>
        All(database.Statement($"SELECT {Waiting} FROM delivery WHERE message = ? ORDER BY id DESC LIMIT ?").Add(message).Add((long)most), ended: false);

    /// <summary>Some of a message that have ended.</summary>
    public List<DeliveryRow> SomeEnded(long message, int most) =>
        All(database.Statement($"SELECT {Ended} FROM delivery_ended WHERE message = ? LIMIT ?").Add(message).Add((long)most), ended: true);

    /// <summary>Those that ended first, at this time or earlier.</summary>
    public List<DeliveryRow> EndedUntil(long until, int most) => All(
        database.Statement($"SELECT {Ended} FROM delivery_ended WHERE ended <= ? ORDER BY ended LIMIT ?").Add(until).Add((long)most), ended: true);

    /// <summary>Whether a message has a delivery to a subscription. Looked for among the message's: a subscription may have had millions.</summary>
    public bool Has(long message, SubscriptionId subscription) => database.Statement(
            "SELECT EXISTS (SELECT 1 FROM delivery WHERE message = ?1 AND +target = ?2 AND is_destination = 0)"
            + " OR EXISTS (SELECT 1 FROM delivery_ended WHERE message = ?1 AND +target = ?2 AND is_destination = 0)")
        .Add(message).Add(subscription.Value).Scalar() == 1;

    private DeliveryRow? FindEnded(long id) => One(database.Statement($"SELECT {Ended} FROM delivery_ended WHERE id = ?").Add(id), ended: true);

    private static DeliveryRow? One(Statement rows, bool ended)
    {
        if (!rows.Read())
            return null;
        var row = Read(rows, ended);
        rows.Stop();
        return row;
    }

    private static List<DeliveryRow> All(Statement rows, bool ended)
    {
        var all = new List<DeliveryRow>();
        while (rows.Read())
            all.Add(Read(rows, ended));
        return all;
    }

    private static DeliveryRow Read(Statement rows, bool ended) => new()
    {
        Id = rows.GetInt64(0),
        Message = rows.GetInt64(1),
        Lane = rows.GetGuid(2),
        Target = rows.GetGuid(3),
        IsDestination = rows.GetInt64(4) != 0,
        Trigger = (AttemptTrigger)rows.GetInt32(5),
        Attempts = rows.GetInt32(6),
        Due = rows.GetInt64(7),
        Enqueued = rows.GetNullableInt64(8),
        Repeats = rows.GetNullableInt64(9),
        RepeatedAs = rows.GetNullableInt64(10),
        Logged = rows.GetInt32(11),
        LastStarted = rows.GetNullableInt64(12),
        LastOutcome = rows.GetNullableInt32(13),
        LastStatus = rows.GetNullableInt32(14),
        Status = ended ? (DeliveryStatus)rows.GetInt32(15) : DeliveryStatus.Waiting,
        DeadReason = ended ? (DeadReason?)rows.GetNullableInt32(16) : null,
    };
}
