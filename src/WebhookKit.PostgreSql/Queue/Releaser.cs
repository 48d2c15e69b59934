using WebhookKit.PostgreSql.Connections;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>
/// Releases lanes. Workers give theirs back one by one, many at a time: what is given back at the same time goes together, but for lanes that somebody else has
/// locked, each of which is waited for by itself: one that stays locked keeps no other.
/// </summary>
internal sealed class Releaser
{
    private const int Lines = 2;
    private const int MostTogether = 100;

    private readonly Database _database;
    private readonly Gatherer<LaneRelease, bool> _single;

    public Releaser(Database database)
    {
        _database = database;
        _single = new Gatherer<LaneRelease, bool>(Lines, MostTogether, _ => 1, ReleaseSinglesAsync);
    }

    /// <summary>Releases lanes; answers with whether anything waits in them, so that somebody may want to lease them.</summary>
    public async Task<bool> ReleaseAsync(IReadOnlyList<LaneRelease> lanes, CancellationToken cancellationToken) => lanes.Count == 1
        ? await _single.RunAsync(lanes[0], cancellationToken).ConfigureAwait(false)
        : await WaitAndReleaseAsync(lanes, cancellationToken).ConfigureAwait(false);

    private async Task ReleaseSinglesAsync(IReadOnlyList<GatheredCall<LaneRelease, bool>> calls)
    {
        GatheredCall<LaneRelease, bool>[] left = [.. calls.Where(call => call.Begin())];
        if (left.Length > 1)
            left = await ReleaseFreeAsync(left).ConfigureAwait(false);
        await Task.WhenAll(left.Select(ReleaseSingleAsync)).ConfigureAwait(false);
    }

    private async Task ReleaseSingleAsync(GatheredCall<LaneRelease, bool> call)
    {
        try
        {
            call.Succeed(await WaitAndReleaseAsync([call.Call], CancellationToken.None).ConfigureAwait(false));
        }
        catch (Exception e)
        {
            call.Fail(e);
        }
    }

    /// <summary>Releases those that nobody else has locked; answers with the others.</summary>
    private async Task<GatheredCall<LaneRelease, bool>[]> ReleaseFreeAsync(GatheredCall<LaneRelease, bool>[] calls)
    {
        var (free, waits) = await _database.WriteAsync(
            Repeat.Always,
            async session =>
            {
                var locked = (await session.Batch().Add("lock_free_lanes", Param.Uuids(calls.Select(call => call.Call.Lane.Value).Distinct()))
                    .ListAsync(row => row.GetGuid(0)).ConfigureAwait(false)).ToHashSet();
                var releases = calls.Select(call => call.Call).Where(lane => locked.Contains(lane.Lane.Value)).ToList();
                return (locked, await ReadAsync(Add(session.Batch(), session, releases)).ConfigureAwait(false));
            },
            CancellationToken.None).ConfigureAwait(false);
        foreach (var call in calls.Where(call => free.Contains(call.Call.Lane.Value)))
            call.Succeed(waits);
        return [.. calls.Where(call => !free.Contains(call.Call.Lane.Value))];
    }

    private Task<bool> WaitAndReleaseAsync(IReadOnlyList<LaneRelease> lanes, CancellationToken cancellationToken) => _database.WriteAsync(
        Repeat.Always,
        async session =>
        {
            var reader = await Add(session.Batch().Add("lock_lanes", Param.Uuids(lanes.Select(lane => lane.Lane.Value).Distinct())), session, lanes)
                .ReadAndCommitAsync().ConfigureAwait(false);
            await using var closing = reader.ConfigureAwait(false);
            await reader.ListAsync(row => row.GetGuid(0)).ConfigureAwait(false);
            return (await reader.ListAsync(row => row.GetBoolean(0)).ConfigureAwait(false)).Contains(true);
        },
        cancellationToken);

    private static StatementBatch Add(StatementBatch batch, Session session, IReadOnlyList<LaneRelease> lanes) => batch.Add(
        "release", session.Now, Param.Uuids(lanes.Select(lane => lane.Lane.Value)), Param.Uuids(lanes.Select(lane => lane.Token.Value)),
        Param.Bigints(lanes.Select(lane => Param.Microseconds(lane.Hold))), Param.Ints(lanes.Select(lane => lane.State.Concurrency)));

    private static async Task<bool> ReadAsync(StatementBatch batch)
    {
        var reader = await batch.ReadAndCommitAsync().ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        return (await reader.ListAsync(row => row.GetBoolean(0)).ConfigureAwait(false)).Contains(true);
    }
}
