using WebhookKit.Sqlite.Files;
using WebhookKit.Sqlite.Queue;

namespace WebhookKit.Sqlite.DeliveryLog;

/// <summary>The queries that are answered at once.</summary>
internal static class Reading
{
    public static IReadOnlyList<Attempt> Attempts(Database database, DeliveryId delivery)
    {
        var attempts = new List<Attempt>();
        var rows = database.Statement(
            "SELECT id, number, trigger, started, duration, outcome, status_code, response_body, detail FROM attempt WHERE delivery = ? ORDER BY started, place")
            .Add(delivery.Value);
        while (rows.Read())
        {
            attempts.Add(new Attempt
            {
                Id = rows.GetGuid(0),
                Delivery = delivery,
                Number = rows.GetInt32(1),
                Trigger = (AttemptTrigger)rows.GetInt32(2),
                StartedAt = new DateTimeOffset(rows.GetInt64(3), TimeSpan.Zero),
                Duration = TimeSpan.FromTicks(rows.GetInt64(4)),
                Outcome = (AttemptOutcome)rows.GetInt32(5),
                StatusCode = rows.GetNullableInt32(6),
                ResponseBody = rows.GetNullableString(7),
                Detail = rows.GetNullableString(8),
            });
        }

        return attempts;
    }

    public static LaneRecord? Lane(Database database, FileClock clock, LaneId id)
    {
        var lanes = database.Statement(
            "SELECT id, due, turn, token, worker, lease_until, hold_until, order_until, order_delivery, suspect, expiries, woken, concurrency"
            + " FROM lane WHERE id = ?").Add(id.Value);
        if (!lanes.Read())
            return null;
        var lane = LaneTable.Read(lanes);
        lanes.Stop();
        var waiting = database.Statement("SELECT count(*) FROM delivery WHERE lane = ?").Add(id.Value).Scalar() ?? 0;
        if (lane.Token is null && waiting == 0)
            return null;
        var head = database.Statement("SELECT id FROM delivery WHERE lane = ? ORDER BY due, id LIMIT 1").Add(id.Value).Scalar();
        var now = clock.Now();
        return new LaneRecord
        {
            Lane = id,
            Waiting = waiting,
            Head = head is { } first ? new DeliveryId(first) : null,
            HeldBy = lane.Worker,
            LeasedUntil = lane.Token is null ? null : clock.ToUtc(lane.LeaseUntil),
            HeldUntil = lane.NotBefore > now ? clock.ToUtc(lane.NotBefore) : null,
            Now = clock.ToUtc(now),
        };
    }

    public static QueueDepth Depth(Database database, FileClock clock)
    {
        var now = clock.Now();
        var rows = database.Statement("SELECT count(*), coalesce(sum(due <= ?1), 0), coalesce(min(due), ?1) FROM delivery").Add(now);
        rows.Read();
        var (waiting, due, oldest) = (rows.GetInt64(0), rows.GetInt64(1), rows.GetInt64(2));
        rows.Stop();
        var pending = database.Statement("SELECT sum(count) FROM pending").Scalar() ?? 0;
        return new QueueDepth(waiting + pending, due, TimeSpan.FromTicks(Math.Max(0, now - oldest)));
    }
}
