using WebhookKit.PostgreSql.Connections;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>Takes the wake rows that enqueues left, and wakes their lanes. Rows that are not committed, or that somebody else takes, are left alone.</summary>
internal sealed class Wakes(Database database)
{
    private const int AtOnce = 1_000;

    public async Task<Taken> TakeAsync(CancellationToken cancellationToken)
    {
        var all = default(Taken);
        while (true)
        {
            var taken = await database.WriteAsync(Repeat.Always, TakeAsync, cancellationToken).ConfigureAwait(false);
            all = new Taken(all.Count + taken.Count, all.IsFannedOut || taken.IsFannedOut);
            if (taken.Count < AtOnce)
                return all;
        }
    }

    private static async Task<Taken> TakeAsync(Session session)
    {
        var reader = await session.Batch()
            .Add("take_wakes", Param.Int(AtOnce))
            .AddText("SELECT EXISTS (SELECT FROM {schema}.fan_out)")
            .ReadAsync().ConfigureAwait(false);
        List<(Guid Lane, DateTime Due, long Count, long Turn)> rows;
        bool isFannedOut;
        await using (reader.ConfigureAwait(false))
        {
            rows = await reader.ListAsync(row => (row.GetGuid(0), row.Time(1), row.GetInt64(2), row.GetInt64(3))).ConfigureAwait(false);
            isFannedOut = (await reader.ListAsync(row => row.GetBoolean(0)).ConfigureAwait(false))[0];
        }

        if (rows.Count > 0)
            await WakeAsync(session, [.. rows.Select(row => row.Lane)], [.. rows.Select(row => row.Due)], [.. rows.Select(row => row.Turn)]).ConfigureAwait(false);
        await session.CommitAsync().ConfigureAwait(false);
        return new Taken((int)rows.Sum(row => row.Count), isFannedOut);
    }

    /// <summary>A lane that is idle may be removed at any time until it is locked: then it is made again.</summary>
    private static async Task WakeAsync(Session session, Guid[] lanes, DateTime[] due, long[] turns)
    {
        List<Guid> locked;
        do
        {
            locked = await session.Batch()
                .Add("add_lanes", Param.Uuids(lanes))
                .Add("lock_lanes", Param.Uuids(lanes))
                .ListAsync(row => row.GetGuid(0)).ConfigureAwait(false);
        }
        while (locked.Count < lanes.Length);
        await session.Batch().Add("wake_lanes", Param.Uuids(lanes), Param.Times(due), Param.Bigints(turns)).RunAsync().ConfigureAwait(false);
    }

    /// <summary>What was taken.</summary>
    /// <param name="Count">How many wake rows.</param>
    /// <param name="IsFannedOut">Whether a fan-out is to be expanded.</param>
    internal readonly record struct Taken(int Count, bool IsFannedOut);
}
