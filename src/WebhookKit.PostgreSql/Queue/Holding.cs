using WebhookKit.PostgreSql.Connections;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>What holders do with their lanes while they hold them, other than settling: refill and renew; and what ends a hold from outside.</summary>
internal sealed class Holding
{
    private const int Lines = 2;
    private const int MostTogether = 100;

    private readonly Database _database;
    private readonly DueReader _due;
    private readonly Gatherer<LaneRefill, RefillRows> _single;

    public Holding(Database database, DueReader due)
    {
        (_database, _due) = (database, due);
        _single = new Gatherer<LaneRefill, RefillRows>(Lines, MostTogether, RefillSinglesAsync);
    }

    /// <summary>
    /// Refills lanes. Workers ask for theirs one by one, many at a time: what is asked for at the same time is read together. What the host's protector of
    /// secrets takes to read a destination holds up its own lane only.
    /// </summary>
    public async Task<IReadOnlyList<LaneRefillResult>> RefillAsync(IReadOnlyList<LaneRefill> requests, CancellationToken cancellationToken)
    {
        var rows = requests.Count == 1
            ? await _single.RunAsync(requests[0], weight: 1, cancellationToken).ConfigureAwait(false)
            : await _database.ReadAsync(session => ReadAsync(session, requests), cancellationToken).ConfigureAwait(false);
        var results = new LaneRefillResult[requests.Count];
        for (var i = 0; i < results.Length; i++)
            results[i] = await ToResultAsync(requests[i], rows, cancellationToken).ConfigureAwait(false);
        return results;
    }

    private async Task RefillSinglesAsync(IReadOnlyList<GatheredCall<LaneRefill, RefillRows>> calls)
    {
        GatheredCall<LaneRefill, RefillRows>[] begun = [];
        var rows = await _database.ReadAsync(
            session =>
            {
                // Only now: until there is a connection, a caller may still withdraw.
                begun = [.. calls.Where(call => call.Begin())];
                return ReadAsync(session, [.. begun.Select(call => call.Call)]);
            },
            CancellationToken.None).ConfigureAwait(false);
        foreach (var call in begun)
            call.Succeed(rows);
    }

    private async ValueTask<LaneRefillResult> ToResultAsync(LaneRefill request, RefillRows rows, CancellationToken cancellationToken)
    {
        var isHeld = rows.Held.TryGetValue((request.Lane, request.Token), out var mayGive);
        var given = isHeld && mayGive && request.Quota > 0 ? rows.Due[request.Lane].Take(request.Quota) : [];
        return new LaneRefillResult
        {
            Lane = request.Lane,
            Lost = !isHeld,
            Deliveries = await _due.DecodeAsync(given, cancellationToken).ConfigureAwait(false),
            Ended = isHeld ? [.. request.InFlight.Where(rows.Ended.Contains)] : [],
        };
    }

    /// <summary>
    /// Renews what nobody else has locked at once, and waits for the others afterwards, one by one: a lane that somebody keeps locked costs no other its lease.
    /// One that stays locked is given up.
    /// </summary>
    public async Task<IReadOnlyList<RenewOutcome>> RenewAsync(IReadOnlyList<LaneRenewal> lanes, CancellationToken cancellationToken)
    {
        var (seen, held) = await RenewAsync(lanes, "lock_free_lanes", cancellationToken).ConfigureAwait(false);
        foreach (var lane in lanes.Where(lane => !seen.Contains(lane.Lane)))
        {
            try
            {
                held.UnionWith((await RenewAsync([lane], "lock_lanes", cancellationToken).ConfigureAwait(false)).Held);
            }
            catch (WebhookStoreException e) when (e.Fault == StoreFault.Busy)
            {
                // Its lease ends by itself; whoever has the lane next begins with one delivery alone.
            }
        }

        return [.. lanes.Select(lane => held.Contains((lane.Lane, lane.Token)) ? RenewOutcome.Renewed : RenewOutcome.Lost)];
    }

    public Task WakeAsync(IReadOnlyList<LaneId> lanes, CancellationToken cancellationToken) => _database.WriteAsync(
        Repeat.Always,
        session =>
        {
            var ids = lanes.Select(lane => lane.Value).Distinct().ToArray();
            return session.Batch().Add("lock_lanes", Param.Uuids(ids)).Add("end_holds", session.Now, Param.Uuids(ids)).CommitAsync();
        },
        cancellationToken);

    private Task<(HashSet<LaneId> Seen, HashSet<(LaneId Lane, LaneToken Token)> Held)> RenewAsync(
        IReadOnlyList<LaneRenewal> lanes, string locking, CancellationToken cancellationToken) => _database.WriteAsync(
        Repeat.Always,
        async session =>
        {
            var locked = await session.Batch().Add(locking, Param.Uuids(lanes.Select(lane => lane.Lane.Value).Distinct()))
                .ListAsync(row => new LaneId(row.GetGuid(0))).ConfigureAwait(false);
            var mine = lanes.Where(lane => locked.Contains(lane.Lane)).ToList();
            var reader = await session.Batch()
                .Add("renew", session.Now, Param.Uuids(mine.Select(lane => lane.Lane.Value)), Param.Uuids(mine.Select(lane => lane.Token.Value)),
                    Param.Bigints(mine.Select(lane => Param.Microseconds(lane.Lease))))
                .ReadAndCommitAsync().ConfigureAwait(false);
            await using var closing = reader.ConfigureAwait(false);
            var held = await reader.ListAsync(row => (new LaneId(row.GetGuid(0)), new LaneToken(row.GetGuid(1)))).ConfigureAwait(false);
            return (locked.ToHashSet(), held.ToHashSet());
        },
        cancellationToken);

    private static async Task<RefillRows> ReadAsync(Session session, IReadOnlyList<LaneRefill> requests)
    {
        var inFlight = requests.SelectMany(request => request.InFlight).Distinct().ToArray();
        var batch = session.Query()
            .Add("held_lanes", session.Now, Param.Uuids(requests.Select(request => request.Lane.Value)),
                Param.Uuids(requests.Select(request => request.Token.Value)))
            .Add("ended_of", Param.Bigints(inFlight.Select(delivery => delivery.Value)));
        var wanted = requests.Where(request => request.Quota > 0).GroupBy(request => request.Lane)
            .Select(group => (group.Key, group.Max(request => request.Quota), group.Min(request => request.LowWater ?? DateTimeOffset.MinValue)))
            .Select(lane => (lane.Key, lane.Item2, lane.Item3 == DateTimeOffset.MinValue ? (DateTimeOffset?)null : lane.Item3)).ToList();
        if (wanted.Count > 0)
            DueReader.Add(batch, session, wanted, inFlight);
        var reader = await batch.ReadAsync().ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        var held = await reader.ListAsync(row => ((new LaneId(row.GetGuid(0)), new LaneToken(row.GetGuid(1))), row.GetBoolean(2))).ConfigureAwait(false);
        var ended = await reader.ListAsync(row => new DeliveryId(row.GetInt64(0))).ConfigureAwait(false);
        var rows = wanted.Count > 0 ? await reader.ListAsync(DueDelivery.Read).ConfigureAwait(false) : [];
        return new RefillRows(
            held.DistinctBy(lane => lane.Item1).ToDictionary(lane => lane.Item1, lane => lane.Item2), rows.ToLookup(row => row.Lane), [.. ended]);
    }
}
