using WebhookKit.PostgreSql.Connections;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>
/// Accepts messages. The first try takes it that nothing is known, which is nearly always so, and costs one round trip and the commit; where another call was
/// quicker with an id or a key, unique constraints tell, and it begins anew with what is known.
/// </summary>
internal sealed class Enqueuer(Database database, FanOuts fanOuts, SettingsFormat format)
{
    private const int MostTries = 20;

    public async Task<IReadOnlyList<EnqueueResult>> EnqueueAsync(IReadOnlyList<EnqueueRequest> requests, CancellationToken cancellationToken)
    {
        var destinations = await DestinationForms.WriteAsync(requests, format, cancellationToken).ConfigureAwait(false);
        var (results, write) = await database.WriteAsync(
            Repeat.Always,
            async session =>
            {
                var decided = await DecideAsync(session, requests, destinations, undo: session.RollBackAsync).ConfigureAwait(false);
                if (decided.Write.IsEmpty)
                    return decided;
                await session.CommitAsync().ConfigureAwait(false);
                return decided;
            },
            cancellationToken).ConfigureAwait(false);
        // It is accepted: no cancellation ends this, and if this process dies another goes on.
        foreach (var message in write.Rests)
            await fanOuts.ExpandAsync(message).ConfigureAwait(false);
        return results;
    }

    /// <summary>The same within a transaction of the host's: what is undone is undone to a savepoint.</summary>
    public async Task<(EnqueueResult[] Results, EnqueueWrite Write)> EnqueueInAsync(Session session, IReadOnlyList<EnqueueRequest> requests)
    {
        const string savepoint = "webhookkit_enqueue";
        var destinations = await DestinationForms.WriteAsync(requests, format, session.Token).ConfigureAwait(false);
        await session.Batch().AddText($"SAVEPOINT {savepoint}").RunAsync().ConfigureAwait(false);
        var decided = await DecideAsync(
            session, requests, destinations, () => session.Batch().AddText($"ROLLBACK TO SAVEPOINT {savepoint}").RunAsync()).ConfigureAwait(false);
        await session.Batch().AddText($"RELEASE SAVEPOINT {savepoint}").RunAsync().ConfigureAwait(false);
        return decided;
    }

    private static async Task<(EnqueueResult[] Results, EnqueueWrite Write)> DecideAsync(
        Session session, IReadOnlyList<EnqueueRequest> requests, DestinationForms destinations, Func<Task> undo)
    {
        var known = Known.Nothing;
        for (var tries = 0; tries < MostTries; tries++)
        {
            var plan = new EnqueuePlan(known.Find, known.Find);
            var results = plan.Decide(requests);
            if (plan.Conflict is { } conflict)
                throw conflict;
            var write = new EnqueueWrite(plan.Accepted, destinations);
            if (write.IsEmpty || await write.RunAsync(session).ConfigureAwait(false))
                return (results, write);
            await undo().ConfigureAwait(false);
            known = await Known.ReadAsync(session, requests).ConfigureAwait(false);
        }

        throw new WebhookStoreException(StoreFault.Busy, "Others kept taking the same ids and keys meanwhile. Nothing was stored; try again.");
    }
}
