using WebhookKit.PostgreSql.Connections;
using WebhookKit.Queueing;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>
/// Leases lanes: first takes the wake rows that were left by enqueues, then the lanes that are due, then what is due in them. A lane whose lease expired gives
/// one delivery alone; one that was alone at three expiries is dead-lettered.
/// </summary>
internal sealed class Leaser(Database database, FanOuts fanOuts, DueReader due, TimeProvider time)
{
    private readonly Wakes _wakes = new(database);

    /// <summary>Leases what is due now. Whether wake rows were taken is told too: others may have looked in vain meanwhile.</summary>
    public async Task<(LeaseResult Result, bool Woke)> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        var woke = await _wakes.TakeAsync(cancellationToken).ConfigureAwait(false);
        while (woke.IsFannedOut && await fanOuts.ExpandAnyAsync().ConfigureAwait(false))
            woke = woke with { Count = woke.Count + (await _wakes.TakeAsync(CancellationToken.None).ConfigureAwait(false)).Count, IsFannedOut = false };
        var grantedAt = time.GetTimestamp();
        var granted = await database.WriteAsync(Repeat.IfNotCommitted, session => GrantAsync(session, request), cancellationToken).ConfigureAwait(false);
        var lanes = await ReadAsync(granted).ConfigureAwait(false);
        return (
            new LeaseResult
            {
                Lanes = lanes, Now = granted.Now.Utc(), GrantedAt = grantedAt, Suspects = granted.Suspects,
                NextDue = granted.Next is { } next ? TimeSpan.FromTicks(Math.Max(0, next.Ticks - granted.Now.Ticks)) : null,
            },
            woke.Count > 0);
    }

    private static async Task<Granted> GrantAsync(Session session, LeaseRequest request)
    {
        var (lanes, rows, suspects) = (new List<LeaseHand>(), new List<DueDelivery>(), new List<SuspectDelivery>());
        while (lanes.Count < request.MaxLanes)
        {
            var hands = await session.Batch()
                .Add("acquire", session.Now, Param.Int(request.MaxLanes - lanes.Count), Param.Text(StoredText.Clean(request.Worker)),
                    Param.Bigint(Param.Microseconds(request.Lease)))
                .ListAsync(row => new LeaseHand(
                    new LaneId(row.GetGuid(0)), new LaneToken(row.GetGuid(1)), row.GetBoolean(2), row.Time(3), row.GetInt64(7), row.BigintOrNull(4), row.GetInt16(5),
                    row.IntOrNull(6)))
                .ConfigureAwait(false);
            if (hands.Count == 0)
                break;
            suspects.AddRange(await EndSuspectsAsync(session, hands).ConfigureAwait(false));
            var found = await DueReader.ReadAsync(
                session, [.. hands.Select(hand => (hand.Lane, hand.Expired ? 1 : request.MaxDeliveriesPerLane, (DateTimeOffset?)null))], []).ConfigureAwait(false);
            var given = found.Select(row => row.Lane).ToHashSet();
            await KeepAsync(session, hands, found, given).ConfigureAwait(false);
            lanes.AddRange(hands.Where(hand => given.Contains(hand.Lane)));
            rows.AddRange(found);
        }

        var reader = await session.Batch()
            .Add("next_due", session.Now, Param.Uuids(lanes.Select(hand => hand.Lane.Value)))
            .ReadAndCommitAsync().ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        var (now, next) = (await reader.ListAsync(row => (row.Time(0), row.TimeOrNull(1))).ConfigureAwait(false))[0];
        return new Granted(lanes, rows, suspects, now, next);
    }

    private static async Task<IReadOnlyList<SuspectDelivery>> EndSuspectsAsync(Session session, List<LeaseHand> hands)
    {
        var guilty = hands.Where(hand => hand is { Expired: true, Suspect: not null, Expiries: >= SuspectRule.ExpiriesAllowed }).ToList();
        if (guilty.Count == 0)
            return [];
        var suspects = await session.Batch()
            .Add("lock_free_deliveries", Param.Bigints(guilty.Select(hand => hand.Suspect!.Value)))
            .ListAsync(row => new SuspectDelivery
            {
                Id = new DeliveryId(row.GetInt64(0)), MessageId = row.GetString(5), Tenant = row.TextOrNull(6), EventType = row.GetString(7),
                Subscription = row.UuidOrNull(2) is { } subscription ? new SubscriptionId(subscription) : null,
                Destination = row.UuidOrNull(3) is { } destination ? new DestinationId(destination) : null,
                AttemptsMade = row.GetInt32(4),
            })
            .ConfigureAwait(false);
        if (suspects.Count == 0)
            return [];
        var ended = suspects.ConvertAll(suspect => EndedDelivery.As(suspect.Id.Value, DeliveryStatus.Dead, DeadReason.Suspect));
        await session.Batch()
            .Add("end_deliveries", EndedDelivery.ParametersOf(session.Now, ended))
            .Add("take_out_of_lanes", Param.Uuids(guilty.Select(hand => hand.Lane.Value)), Param.Bigints(suspects.Select(suspect => suspect.Id.Value)))
            .RunAsync().ConfigureAwait(false);
        return suspects;
    }

    /// <summary>Frees the lanes that nothing is due in after all, and names what goes alone.</summary>
    private static async Task KeepAsync(Session session, List<LeaseHand> hands, List<DueDelivery> found, HashSet<LaneId> given)
    {
        var empty = hands.Where(hand => !given.Contains(hand.Lane)).Select(hand => hand.Lane.Value).ToList();
        var recovered = hands.Where(hand => hand.Expired).Select(hand => hand.Lane).ToHashSet();
        var alone = found.Where(row => recovered.Contains(row.Lane)).ToList();
        if (empty.Count == 0 && alone.Count == 0)
            return;
        var batch = session.Batch();
        if (empty.Count > 0)
            batch.Add("free_lanes", session.Now, Param.Uuids(empty));
        if (alone.Count > 0)
            batch.Add("send_alone", Param.Uuids(alone.Select(row => row.Lane.Value)), Param.Bigints(alone.Select(row => row.Delivery.Id.Value)));
        await batch.RunAsync().ConfigureAwait(false);
    }

    private async Task<List<LeasedLane>> ReadAsync(Granted granted)
    {
        var lanes = new List<LeasedLane>();
        var rows = granted.Rows.ToLookup(row => row.Lane);
        foreach (var hand in granted.Lanes.OrderBy(hand => hand.VisibleAt).ThenBy(hand => hand.Turn))
        {
            lanes.Add(new LeasedLane
            {
                Lane = hand.Lane, Token = hand.Token, State = new LaneState { Concurrency = hand.Concurrency },
                Deliveries = await due.DecodeAsync(rows[hand.Lane], CancellationToken.None).ConfigureAwait(false),
            });
        }

        return lanes;
    }

    private sealed record Granted(List<LeaseHand> Lanes, List<DueDelivery> Rows, List<SuspectDelivery> Suspects, DateTime Now, DateTime? Next);
}
