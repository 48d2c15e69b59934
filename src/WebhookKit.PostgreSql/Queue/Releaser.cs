using WebhookKit.PostgreSql.Connections;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>
/// Releases lanes. Workers give theirs back one by one, many at a time: what is given back at the same time goes together. Where somebody else has one of the
/// lanes locked, each goes by itself instead: one that stays locked keeps no other.
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
        _single = new Gatherer<LaneRelease, bool>(Lines, MostTogether, ReleaseSinglesAsync);
    }

    /// <summary>Releases lanes; answers with whether anything waits in them, so that somebody may want to lease them.</summary>
    public async Task<bool> ReleaseAsync(IReadOnlyList<LaneRelease> lanes, CancellationToken cancellationToken) => lanes.Count == 1
        ? await _single.RunAsync(lanes[0], weight: 1, cancellationToken).ConfigureAwait(false)
        : await WaitAndReleaseAsync(lanes, cancellationToken).ConfigureAwait(false);

    private async Task ReleaseSinglesAsync(IReadOnlyList<GatheredCall<LaneRelease, bool>> calls)
    {
        GatheredCall<LaneRelease, bool>[] begun = [];
        var waits = await _database.TryWriteAsync(async session =>
        {
            // Only now: until there is a connection, a caller may still withdraw.
            begun = [.. calls.Where(call => call.Begin())];
            return new Left(begun.Length > 0 && await ReleaseAsync(session, [.. begun.Select(call => call.Call)]).ConfigureAwait(false));
        }).ConfigureAwait(false);
        foreach (var call in begun)
        {
            if (waits is null)
                _ = ReleaseAloneAsync(call);
            else
                call.Succeed(waits.Any);
        }
    }

    private async Task ReleaseAloneAsync(GatheredCall<LaneRelease, bool> call)
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

    private Task<bool> WaitAndReleaseAsync(IReadOnlyList<LaneRelease> lanes, CancellationToken cancellationToken) =>
        _database.WriteAsync(Repeat.Always, session => ReleaseAsync(session, lanes), cancellationToken);

    private static async Task<bool> ReleaseAsync(Session session, IReadOnlyList<LaneRelease> lanes)
    {
        var reader = await session.Batch()
            .Add("lock_lanes", Param.Uuids(lanes.Select(lane => lane.Lane.Value).Distinct()))
            .Add("release", session.Now, Param.Uuids(lanes.Select(lane => lane.Lane.Value)), Param.Uuids(lanes.Select(lane => lane.Token.Value)),
                Param.Bigints(lanes.Select(lane => Param.Microseconds(lane.Hold))), Param.Ints(lanes.Select(lane => lane.State.Concurrency)))
            .ReadAndCommitAsync().ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        await reader.ListAsync(row => row.GetGuid(0)).ConfigureAwait(false);
        return (await reader.ListAsync(row => row.GetBoolean(0)).ConfigureAwait(false)).Contains(true);
    }

    /// <summary>Whether anything is left in lanes that were released.</summary>
    private sealed record Left(bool Any);
}
