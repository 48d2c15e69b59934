using WebhookKit.PostgreSql.Connections;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>
/// Takes the wake rows that enqueues left, and wakes their lanes. It waits for nobody: rows that are not committed or that somebody else takes are left alone,
/// and a lane that is locked at this moment keeps its rows for the next pass. So a node that froze within a transaction has the others miss its lanes only.
/// It does not wait for its commit to be on disk: nobody is told of it, rows and lanes go together, and commits reach the disk in their order, so a server
/// that crashes has both as they were before, and the rows are taken again.
/// </summary>
internal sealed class Wakes(Database database)
{
    private const int AtOnce = 1_000;

    /// <summary>Then it is time to lease: others take the rest meanwhile, or the next pass does.</summary>
    private const int MostBatches = 10;

    public async Task<Taken> TakeAsync(CancellationToken cancellationToken)
    {
        var (all, after) = (default(Taken), 0L);
        for (var batches = 0; batches < MostBatches; batches++)
        {
            var (taken, last, missing) = await database.WriteAsync(Repeat.Always, session => TakeAsync(session, after), cancellationToken).ConfigureAwait(false);
            all = new Taken(all.Count + taken.Count, all.IsFannedOut || taken.IsFannedOut);
            if (missing.Count > 0)
            {
                // In one round trip with its commit: who waits for a row that is being made waits for nobody who froze. Then the same rows again.
                await database.WriteAsync(Repeat.Always, session => session.Query().Add("add_lanes", Param.Uuids(missing)).RunAsync(), cancellationToken)
                    .ConfigureAwait(false);
                continue;
            }

            if (last is null)
                break;
            after = last.Value;
        }

        return all;
    }

    /// <summary>Takes a batch from behind a row; answers with the last one looked at, if there may be more, and with the lanes that are still to be made.</summary>
    private static async Task<(Taken Taken, long? Last, List<Guid> Missing)> TakeAsync(Session session, long after)
    {
        var reader = await session.Batch()
            .AddText("SET LOCAL synchronous_commit = off")
            .Add("lock_wakes", Param.Int(AtOnce), Param.Bigint(after))
            .AddText("SELECT EXISTS (SELECT FROM {schema}.fan_out)")
            .ReadAsync().ConfigureAwait(false);
        List<(long Id, Guid Lane, DateTime Due)> rows;
        bool isFannedOut;
        await using (reader.ConfigureAwait(false))
        {
            rows = await reader.ListAsync(row => (row.GetInt64(0), row.GetGuid(1), row.Time(2))).ConfigureAwait(false);
            isFannedOut = (await reader.ListAsync(row => row.GetBoolean(0)).ConfigureAwait(false))[0];
        }

        if (rows.Count == 0)
        {
            await session.CommitAsync().ConfigureAwait(false);
            return (new Taken(0, isFannedOut), null, []);
        }

        var (locked, missing) = await LockAsync(session, [.. rows.Select(row => row.Lane).Distinct()]).ConfigureAwait(false);
        var taken = rows.Where(row => locked.Contains(row.Lane)).ToList();
        var lanes = taken.GroupBy(row => row.Lane).ToList();
        var batch = session.Batch();
        if (taken.Count > 0)
            batch
                .Add("remove_wakes", Param.Bigints(taken.Select(row => row.Id)))
                .Add("wake_lanes", Param.Uuids(lanes.Select(lane => lane.Key)), Param.Times(lanes.Select(lane => lane.Min(row => row.Due))),
                    Param.Bigints(lanes.Select(lane => lane.Min(row => row.Id))));
        await batch.CommitAsync().ConfigureAwait(false);
        return (new Taken(taken.Count, isFannedOut), rows.Count == AtOnce ? rows[^1].Id : null, missing);
    }

    /// <summary>Locks the lanes that nobody else has locked, and names those that have no record.</summary>
    private static async Task<(HashSet<Guid> Locked, List<Guid> Missing)> LockAsync(Session session, Guid[] lanes)
    {
        var reader = await session.Batch().Add("lock_free_lanes", Param.Uuids(lanes)).Add("missing_lanes", Param.Uuids(lanes)).ReadAsync().ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        var locked = await reader.ListAsync(row => row.GetGuid(0)).ConfigureAwait(false);
        return ([.. locked], await reader.ListAsync(row => row.GetGuid(0)).ConfigureAwait(false));
    }

    /// <summary>What was taken.</summary>
    /// <param name="Count">How many wake rows.</param>
    /// <param name="IsFannedOut">Whether a fan-out is to be expanded.</param>
    internal readonly record struct Taken(int Count, bool IsFannedOut);
}
