using System.Security.Cryptography;
using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.Queue;

/// <summary>
/// The lanes in which something waits, or that are held or held back: where they stand in the order of leasing. The line in each is the deliveries'.
/// </summary>
internal sealed class LaneTable(Database database, Counters counters)
{
    private const string Columns =
        "id, due, turn, token, worker, lease_until, hold_until, order_until, order_delivery, suspect, expiries, woken, concurrency";

    private const string Insert = $"INSERT OR REPLACE INTO lane ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    /// <summary>The lanes that the open transaction has seen, each as it is, and as it stands in the file.</summary>
    private readonly Dictionary<Guid, (LaneRow Row, LaneRow Written)> _seen = [];

    /// <summary>A transaction begins, or something of it was taken back: what was seen says nothing.</summary>
    public void Forget() => _seen.Clear();

    public LaneRow? Find(Guid id)
    {
        if (_seen.TryGetValue(id, out var seen))
            return seen.Row;
        var rows = database.Statement($"SELECT {Columns} FROM lane WHERE id = ?").Add(id);
        return rows.Read() ? Take(rows) : null;
    }

    /// <summary>The lane if this is its current lease.</summary>
    public LaneRow? FindHeld(LaneId id, LaneToken token) => Find(id.Value) is { } lane && lane.Token == token.Value ? lane : null;

    /// <summary>The lane that has been due for longest; it stays where it is.</summary>
    public LaneRow? FirstDue(long now)
    {
        var rows = database.Statement($"SELECT {Columns} FROM lane WHERE due IS NOT NULL AND due <= ? ORDER BY due, turn LIMIT 1").Add(now);
        return rows.Read() ? Take(rows) : null;
    }

    /// <summary>When the next lane may be leased, but for these; null if none waits.</summary>
    public long? NextDue(IReadOnlyCollection<LaneId> except)
    {
        var rows = database.Statement("SELECT due, id FROM lane WHERE due IS NOT NULL ORDER BY due, turn LIMIT ?").Add(except.Count + 1L);
        while (rows.Read())
        {
            if (except.Count > 0 && except.Contains(new LaneId(rows.GetGuid(1))))
                continue;
            var due = rows.GetInt64(0);
            rows.Stop();
            return due;
        }

        return null;
    }

    /// <summary>Removes those that were kept only for a hold that has ended.</summary>
    public void RemoveRested(long now)
    {
        var before = database.Changes;
        database.Statement("DELETE FROM lane WHERE due IS NULL AND hold_until <= ?").Add(now).Run();
        if (database.Changes != before)
            Forget();
    }

    /// <summary>A delivery was added: a free lane may be leased when it is due. A held one is left alone, its holder looks again when it releases.</summary>
    public void Wake(Guid id, long due)
    {
        var lane = Find(id) ?? new LaneRow(id);
        if (lane.Token is not null)
            return;
        due = Math.Max(due, lane.NotBefore);
        if (lane.Due is null || due < lane.Due)
            Stand(lane, due);
    }

    /// <summary>Says when the lane may be leased. Among lanes of the same time the one that was told first comes first.</summary>
    public void Stand(LaneRow lane, long due)
    {
        (lane.Due, lane.Turn) = (due, counters.NextTurn());
        Write(lane);
    }

    /// <summary>A lane is free now. It stands behind those that are due already, so that a backlog starves nobody.</summary>
    public void Leave(LaneRow lane, long now)
    {
        if (EarliestDue(lane.Id) is { } earliest)
        {
            Stand(lane, Math.Max(now, Math.Max(lane.NotBefore, earliest)));
        }
        else if (lane.HoldUntil > now)
        {
            lane.Due = null;
            Write(lane);
        }
        else
        {
            database.Statement("DELETE FROM lane WHERE id = ?").Add(lane.Id).Run();
            _seen.Remove(lane.Id);
        }
    }

    /// <summary>
    /// A delivery ended, or began to hold its lane. A free lane keeps its turn unless nothing is due in it any more, or it slept and need not; a held one is
    /// somebody else's when the lease and the hold have ended.
    /// </summary>
    public void Changed(LaneRow lane, long now)
    {
        if (lane.Token is not null)
        {
            if (lane.Due != lane.HeldDue)
                Stand(lane, lane.HeldDue);
            else
                Write(lane);
            return;
        }

        var earliest = EarliestDue(lane.Id);
        var due = earliest is { } known ? Math.Max(lane.NotBefore, known) : long.MaxValue;
        if (lane.Due is not { } stands || due > Math.Max(stands, now) || (stands > now && due < stands))
            Leave(lane, now);
        else
            Write(lane);
    }

    /// <summary>Writes what changed of one: to a lane that is held, most settlements change nothing.</summary>
    public void Write(LaneRow lane)
    {
        if (_seen.TryGetValue(lane.Id, out var seen) && seen.Written == lane)
            return;
        database.Statement(Insert)
            .Add(lane.Id).Add(lane.Due).Add(lane.Turn).Add(lane.Token).Add(lane.Worker).Add(lane.LeaseUntil).Add(lane.HoldUntil)
            .Add(lane.OrderUntil).Add(lane.OrderDelivery).Add(lane.Suspect).Add(lane.Expiries).Add(lane.Woken).Add(lane.Concurrency)
            .Run();
        _seen[lane.Id] = (lane, lane with { });
    }

    /// <summary>
    /// Ends all leases: their workers died with the process that owned the file before. The tokens stay, so that each lane is recovered as one whose lease
    /// expired, and a delivery that brings the process down is found out.
    /// </summary>
    public void ExpireAll(long now) => database.Statement(
            "UPDATE lane SET lease_until = min(lease_until, ?1), due = max(?1, order_until) WHERE token IS NOT NULL AND due IS NOT NULL")
        .Add(now).Run();

    public static Guid NewToken()
    {
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        return new Guid(random);
    }

    public static LaneRow Read(Statement rows) => new(rows.GetGuid(0))
    {
        Due = rows.GetNullableInt64(1),
        Turn = rows.GetInt64(2),
        Token = rows.GetNullableGuid(3),
        Worker = rows.GetNullableString(4),
        LeaseUntil = rows.GetInt64(5),
        HoldUntil = rows.GetInt64(6),
        OrderUntil = rows.GetInt64(7),
        OrderDelivery = rows.GetNullableInt64(8),
        Suspect = rows.GetNullableInt64(9),
        Expiries = rows.GetInt32(10),
        Woken = rows.GetInt64(11) != 0,
        Concurrency = rows.GetNullableInt32(12),
    };

    private LaneRow Take(Statement rows)
    {
        var lane = Read(rows);
        rows.Stop();
        if (_seen.TryGetValue(lane.Id, out var seen))
            return seen.Row;
        _seen.Add(lane.Id, (lane, lane with { }));
        return lane;
    }

    private long? EarliestDue(Guid lane) => database.Statement("SELECT due FROM delivery WHERE lane = ? ORDER BY due LIMIT 1").Add(lane).Scalar();
}
