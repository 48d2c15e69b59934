using WebhookKit.PostgreSql.Connections;

namespace WebhookKit.PostgreSql.Maintenance;

/// <summary>
/// Removes what is of no use any more and belongs to no retention time: keys that have expired, lanes that are idle, destinations that nothing refers to, old
/// tombstones of subscriptions. Each batch is a transaction of its own, so that what one of them comes to undoes nothing else.
/// </summary>
internal sealed class Sweeper(Database database)
{
    private const int AtOnce = 1_000;

    /// <summary>A node that did not look for longer reads all subscriptions anew.</summary>
    private static readonly TimeSpan TombstonesKept = TimeSpan.FromDays(7);

    private Guid _lastDestination = Guid.Empty;

    public async Task RunAsync(DateTime now, CancellationToken cancellationToken)
    {
        await RepeatAsync(ExpiredKeys, cancellationToken).ConfigureAwait(false);
        await RepeatAsync(session => session.Batch().Add("trim_lanes", session.Now, Param.Int(AtOnce)), cancellationToken).ConfigureAwait(false);
        var until = now - TombstonesKept;
        await RepeatAsync(
            session => session.Batch().Add("note_tombstones", Param.Time(until), Param.Int(AtOnce)).Add("trim_tombstones", Param.Time(until)),
            cancellationToken).ConfigureAwait(false);
        if (!cancellationToken.IsCancellationRequested)
            _lastDestination = await database.WriteAsync(Repeat.Always, SweepDestinationsAsync, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Removes one batch of the keys that have expired: more than a batch of messages brings.</summary>
    public Task RemoveKeysAsync() => RemoveAsync(ExpiredKeys);

    private static StatementBatch ExpiredKeys(Session session) => session.Batch().Add("trim_keys", session.Now, Param.Int(AtOnce));

    /// <summary>Removes batch after batch until one is not full.</summary>
    private async Task RepeatAsync(Func<Session, StatementBatch> batch, CancellationToken cancellationToken)
    {
        var isFull = true;
        while (isFull && !cancellationToken.IsCancellationRequested)
            isFull = await RemoveAsync(batch).ConfigureAwait(false);
    }

    /// <summary>Removes one batch; whether it was full.</summary>
    private Task<bool> RemoveAsync(Func<Session, StatementBatch> batch) => database.WriteAsync(
        Repeat.Always,
        async session =>
        {
            var removed = await batch(session).ListAsync(_ => true).ConfigureAwait(false);
            await session.CommitAsync().ConfigureAwait(false);
            return removed.Count == AtOnce;
        },
        CancellationToken.None);

    /// <summary>
    /// Looks at some destinations, further on each time: nearly all go with the last delivery to them, and looking at all would take as long as there are many.
    /// </summary>
    private async Task<Guid> SweepDestinationsAsync(Session session)
    {
        var seen = await session.Batch().Add("next_destinations", Param.Uuid(_lastDestination), Param.Int(AtOnce))
            .ListAsync(row => (Id: row.GetGuid(0), IsUnused: row.GetBoolean(1))).ConfigureAwait(false);
        await Unused.RemoveAsync(session, seen.Where(row => row.IsUnused).Select(row => (Guid?)row.Id)).ConfigureAwait(false);
        await session.CommitAsync().ConfigureAwait(false);
        return seen.Count == AtOnce ? seen[^1].Id : Guid.Empty;
    }
}
