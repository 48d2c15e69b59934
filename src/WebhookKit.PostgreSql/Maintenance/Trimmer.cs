using WebhookKit.PostgreSql.Connections;
using WebhookKit.PostgreSql.Migrations;
using WebhookKit.PostgreSql.Queue;

namespace WebhookKit.PostgreSql.Maintenance;

/// <summary>
/// Forgets one batch of what is old. It waits for nobody: what others are at is left for another time. Messages are locked before their deliveries, as
/// everybody does; what nothing refers to any more is found by a statement after the locks.
/// </summary>
internal sealed class Trimmer(Database database, Partitions partitions, Destinations destinations)
{
    /// <summary>A node's clock may be that much behind, and an attempt is logged after it was made.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromDays(1);

    private readonly Sweeper _sweeper = new(database);

    public async Task<RemovalResult> TrimAsync(TrimRequest request, CancellationToken cancellationToken)
    {
        var (result, now) = await database.WriteAsync(Repeat.Always, session => TrimAsync(session, request), cancellationToken).ConfigureAwait(false);
        destinations.Forget();
        if (result.HasMore && result.Removed > 0)
        {
            // Under a steady load there is always more to trim, and keys would be left for ever.
            await _sweeper.RemoveKeysAsync().ConfigureAwait(false);
            return result;
        }

        await _sweeper.RunAsync(now, cancellationToken).ConfigureAwait(false);
        await database.RunAsync(() => RenewPartitionsAsync(Before(Before(now, request.Log), Late)), cancellationToken).ConfigureAwait(false);
        return result;
    }

    private static async Task<(RemovalResult Result, DateTime Now)> TrimAsync(Session session, TrimRequest request)
    {
        var now = (await session.Batch().Add("time", session.Now).ListAsync(row => row.Time(0)).ConfigureAwait(false))[0];
        var (log, data) = (Before(now, request.Log), Before(now, request.Data));
        var removed = await TrimLogAsync(session, log, request.Limit).ConfigureAwait(false);
        if (removed < request.Limit)
            removed += await TrimUndeliveredAsync(session, log, request.Limit - removed).ConfigureAwait(false);
        if (removed < request.Limit)
            removed += await TrimDataAsync(session, data, request.Limit - removed).ConfigureAwait(false);
        // Also after a batch that is not full: one message that somebody else is at must not end it all.
        var hasMore = await session.Batch().Add("has_older", Param.Time(log), Param.Time(data)).ListAsync(row => row.GetBoolean(0)).ConfigureAwait(false);
        await session.CommitAsync().ConfigureAwait(false);
        return (new RemovalResult(removed, hasMore[0]), now);
    }

    private static DateTime Before(DateTime now, TimeSpan age) => age.Ticks < now.Ticks ? now - age : DateTime.MinValue;

    private static async Task<int> TrimLogAsync(Session session, DateTime until, int limit)
    {
        var messages = await session.Batch().Add("trim_lock_messages", Param.Time(until), Param.Int(limit)).ListAsync(row => row.GetGuid(0)).ConfigureAwait(false);
        if (messages.Count == 0)
            return 0;
        var removed = await session.Batch().Add("trim_deliveries", Param.Time(until), Param.Int(limit), Param.Uuids(messages))
            .ListAsync(row => (Id: row.GetInt64(0), Destination: row.UuidOrNull(1))).ConfigureAwait(false);
        var batch = session.Batch().Add("remove_attempts", Param.Bigints(removed.Select(row => row.Id))).Add("remove_messages", Param.Uuids(messages));
        await batch.RunAsync().ConfigureAwait(false);
        await Unused.RemoveAsync(session, removed.Select(row => row.Destination)).ConfigureAwait(false);
        return removed.Count;
    }

    private static async Task<int> TrimUndeliveredAsync(Session session, DateTime until, int limit)
    {
        var messages = await session.Batch().Add("trim_lock_undelivered", Param.Time(until), Param.Int(limit)).ListAsync(row => row.GetGuid(0)).ConfigureAwait(false);
        return messages.Count == 0
            ? 0
            : (await session.Batch().Add("remove_messages", Param.Uuids(messages)).ListAsync(row => row.GetGuid(0)).ConfigureAwait(false)).Count;
    }

    private static async Task<int> TrimDataAsync(Session session, DateTime until, int limit)
    {
        var messages = await session.Batch().Add("trim_lock_data", Param.Time(until), Param.Int(limit)).ListAsync(row => row.GetGuid(0)).ConfigureAwait(false);
        return messages.Count == 0
            ? 0
            : (await session.Batch().Add("drop_data", Param.Uuids(messages)).ListAsync(row => row.GetGuid(0)).ConfigureAwait(false)).Count;
    }

    private async Task RenewPartitionsAsync(DateTime oldest)
    {
        await partitions.EnsureAsync(CancellationToken.None).ConfigureAwait(false);
        await partitions.DropAsync(DateOnly.FromDateTime(oldest), CancellationToken.None).ConfigureAwait(false);
    }
}
