using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.Queueing;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>
/// Leases lanes: first takes the wake rows that were left by enqueues, then the lanes that are due, then what is due in them. A lane whose lease expired gives
/// one delivery alone; one that was alone at three expiries is dead-lettered.
/// </summary>
internal sealed class Leaser(Database database, FanOuts fanOuts, DueReader due, TimeProvider time, ILogger logger)
{
    /// <summary>Lanes that turn out to be empty are replaced by others, but not for ever: a transaction stays short.</summary>
    private const int MostRounds = 5;

    /// <summary>How long a lane waits whose first delivery cannot be read.</summary>
    private static readonly TimeSpan UnreadableHold = TimeSpan.FromMinutes(1);

    private readonly Wakes _wakes = new(database);

    /// <summary>What was granted by commits whose answer was lost: nobody knows whether they took effect until the store can be asked again.</summary>
    private readonly ConcurrentQueue<Granted> _undecided = new();

    /// <summary>Leases what is due now. Whether wake rows were taken is told too: others may have looked in vain meanwhile.</summary>
    public async Task<(LeaseResult Result, bool Woke)> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        var woke = await _wakes.TakeAsync(cancellationToken).ConfigureAwait(false);
        while (woke.IsFannedOut && await fanOuts.ExpandAnyAsync().ConfigureAwait(false))
            woke = woke with { Count = woke.Count + (await _wakes.TakeAsync(CancellationToken.None).ConfigureAwait(false)).Count, IsFannedOut = false };
        var granted = await RecoverAsync(request.Lease, cancellationToken).ConfigureAwait(false) ?? await GrantAsync(request, cancellationToken).ConfigureAwait(false);
        var lanes = await ReadAsync(granted).ConfigureAwait(false);
        return (
            new LeaseResult
            {
                Lanes = lanes, Now = granted.Now.Utc(), GrantedAt = granted.At, Suspects = granted.Suspects,
                NextDue = granted.Next is { } next ? TimeSpan.FromTicks(Math.Max(0, next.Ticks - granted.Now.Ticks)) : null,
            },
            woke.Count > 0);
    }

    private async Task<Granted> GrantAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        var at = time.GetTimestamp();
        Granted? undecided = null;
        try
        {
            return await database.WriteAsync(
                Repeat.IfNotCommitted,
                async session =>
                {
                    undecided = null;
                    var granted = await GrantAsync(session, request, at).ConfigureAwait(false);
                    undecided = granted;
                    var reader = await session.Batch()
                        .Add("next_due", session.Now, Param.Uuids(granted.Lanes.Select(hand => hand.Lane.Value)))
                        .ReadAndCommitAsync().ConfigureAwait(false);
                    await using var closing = reader.ConfigureAwait(false);
                    var (now, next) = (await reader.ListAsync(row => (row.Time(0), row.TimeOrNull(1))).ConfigureAwait(false))[0];
                    return granted with { Now = now, Next = next };
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebhookStoreException or OperationCanceledException)
        {
            if (undecided is { Lanes.Count: > 0 } or { Suspects.Count: > 0 })
                _undecided.Enqueue(undecided);
            throw;
        }
    }

    /// <summary>
    /// Reads back whether a grant took effect whose answer was lost; null if there is none, or it gives nothing. Lanes that were leased for half their time
    /// already are left: their leases end by themselves.
    /// </summary>
    private async Task<Granted?> RecoverAsync(TimeSpan lease, CancellationToken cancellationToken)
    {
        if (!_undecided.TryDequeue(out var lost))
            return null;
        try
        {
            var granted = await database.WriteAsync(
                Repeat.Always,
                async session =>
                {
                    // Locks wait for a commit that is still on its way.
                    var reader = await session.Batch()
                        .Add("lock_deliveries", Param.Bigints(lost.Suspects.Select(suspect => suspect.Id.Value)))
                        .Add("lock_lanes", Param.Uuids(lost.Lanes.Select(hand => hand.Lane.Value)))
                        .AddText("SELECT id FROM {schema}.delivery_ended WHERE id = ANY ($1) AND dead_reason = $2",
                            Param.Bigints(lost.Suspects.Select(suspect => suspect.Id.Value)), Param.Smallint((int)DeadReason.Suspect))
                        .Add("time", session.Now)
                        .ReadAndCommitAsync().ConfigureAwait(false);
                    await using var closing = reader.ConfigureAwait(false);
                    await reader.ListAsync(row => row.GetInt64(0)).ConfigureAwait(false);
                    var held = await reader.ListAsync(row => (row.GetGuid(0), row.UuidOrNull(1))).ConfigureAwait(false);
                    var ended = await reader.ListAsync(row => row.GetInt64(0)).ConfigureAwait(false);
                    var now = (await reader.ListAsync(row => row.Time(0)).ConfigureAwait(false))[0];
                    return lost with
                    {
                        Lanes = time.GetElapsedTime(lost.At) < lease / 2 ? lost.Lanes.FindAll(hand => held.Contains((hand.Lane.Value, hand.Token.Value))) : [],
                        Suspects = lost.Suspects.FindAll(suspect => ended.Contains(suspect.Id.Value)), Now = now, Next = now,
                    };
                },
                cancellationToken).ConfigureAwait(false);
            return granted.Lanes.Count > 0 || granted.Suspects.Count > 0 ? granted : null;
        }
        catch (Exception e) when (e is WebhookStoreException or OperationCanceledException)
        {
            _undecided.Enqueue(lost);
            throw;
        }
    }

    private async Task<Granted> GrantAsync(Session session, LeaseRequest request, long at)
    {
        var (lanes, rows, suspects) = (new List<LeaseHand>(), new List<DueDelivery>(), new List<SuspectDelivery>());
        for (var rounds = 0; rounds < MostRounds && lanes.Count < request.MaxLanes; rounds++)
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
            var readable = found.GroupBy(row => row.Lane).SelectMany(lane => lane.TakeWhile(row => row.Delivery is not null)).ToList();
            var given = readable.Select(row => row.Lane).ToHashSet();
            await KeepAsync(session, hands, readable, given, await SetBackAsync(session, found, given).ConfigureAwait(false)).ConfigureAwait(false);
            lanes.AddRange(hands.Where(hand => given.Contains(hand.Lane)));
            rows.AddRange(readable);
        }

        return new Granted(lanes, rows, suspects, at, default, Next: null);
    }

    /// <summary>Sets back the lanes whose first delivery cannot be read, and answers with them: one lane must not keep all others from being leased.</summary>
    private async Task<HashSet<LaneId>> SetBackAsync(Session session, List<DueDelivery> found, HashSet<LaneId> given)
    {
        var unreadable = found.Where(row => row.Delivery is null && !given.Contains(row.Lane)).DistinctBy(row => row.Lane).ToList();
        if (unreadable.Count == 0)
            return [];
        foreach (var row in unreadable)
            Log.UnreadableDelivery(logger, row.Id.Value, row.Lane.Value, row.Problem!);
        await session.Batch()
            .Add("hold_lanes", session.Now, Param.Uuids(unreadable.Select(row => row.Lane.Value)), Param.Bigint(Param.Microseconds(UnreadableHold)))
            .RunAsync().ConfigureAwait(false);
        return [.. unreadable.Select(row => row.Lane)];
    }

    private static async Task<List<SuspectDelivery>> EndSuspectsAsync(Session session, List<LeaseHand> hands)
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
    private static async Task KeepAsync(Session session, List<LeaseHand> hands, List<DueDelivery> found, HashSet<LaneId> given, HashSet<LaneId> setBack)
    {
        var empty = hands.Where(hand => !given.Contains(hand.Lane) && !setBack.Contains(hand.Lane)).Select(hand => hand.Lane.Value).ToList();
        var recovered = hands.Where(hand => hand.Expired).Select(hand => hand.Lane).ToHashSet();
        var alone = found.Where(row => recovered.Contains(row.Lane)).ToList();
        if (empty.Count == 0 && alone.Count == 0)
            return;
        var batch = session.Batch();
        if (empty.Count > 0)
            batch.Add("free_lanes", session.Now, Param.Uuids(empty));
        if (alone.Count > 0)
            batch.Add("send_alone", Param.Uuids(alone.Select(row => row.Lane.Value)), Param.Bigints(alone.Select(row => row.Id.Value)));
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

    private sealed record Granted(List<LeaseHand> Lanes, List<DueDelivery> Rows, List<SuspectDelivery> Suspects, long At, DateTime Now, DateTime? Next);
}
