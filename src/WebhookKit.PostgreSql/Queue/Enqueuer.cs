using WebhookKit.PostgreSql.Connections;
using WebhookKit.Storage;
using SmallCall = WebhookKit.PostgreSql.Connections.GatheredCall<
    System.Collections.Generic.IReadOnlyList<WebhookKit.EnqueueRequest>, WebhookKit.EnqueueResult[]>;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>
/// Accepts messages. The first try takes it that nothing is known, which is nearly always so, and costs one round trip and the commit; where another call was
/// quicker with an id or a key, unique constraints tell, and it begins anew with what is known. Small calls that come at the same time share a transaction:
/// they are decided one after the other, each as if it were alone, and one that is refused leaves nothing in it. Where one has to wait for somebody who is
/// taking the same key or id, each goes by itself instead.
/// </summary>
internal sealed class Enqueuer
{
    private const int MostTries = 20;

    /// <summary>How many transactions of small calls there are at once: the fewer, the more calls share one.</summary>
    private const int Lines = 1;

    /// <summary>What one transaction of small calls weighs at the most; a target weighs as much as 1 KiB of data.</summary>
    private const int MostTogether = 1_000;

    /// <summary>A call that weighs more has a transaction of its own, which others need not wait for.</summary>
    private const int MostOfSmall = 100;

    /// <summary>Work that waited for so many locks in vain, each as long as it may, is held up by something else.</summary>
    private const int LongInBriefLocks = 10;

    private readonly Database _database;
    private readonly FanOuts _fanOuts;
    private readonly SettingsFormat _format;
    private readonly Gatherer<IReadOnlyList<EnqueueRequest>, EnqueueResult[]> _small;

    public Enqueuer(Database database, FanOuts fanOuts, SettingsFormat format)
    {
        (_database, _fanOuts, _format) = (database, fanOuts, format);
        _small = new Gatherer<IReadOnlyList<EnqueueRequest>, EnqueueResult[]>(Lines, MostTogether, WriteSmallAsync)
        {
            Long = database.Settings.BriefLockTimeout * LongInBriefLocks,
        };
    }

    public async Task<IReadOnlyList<EnqueueResult>> EnqueueAsync(IReadOnlyList<EnqueueRequest> requests, CancellationToken cancellationToken)
    {
        if (WeightOf(requests) is var weight and <= MostOfSmall && requests.All(request => request.Targets.All(target => target.Destination is null)))
            return await _small.RunAsync([.. requests], weight, cancellationToken).ConfigureAwait(false);
        var destinations = await DestinationForms.WriteAsync(requests, _format, cancellationToken).ConfigureAwait(false);
        var (answers, write) = await _database.WriteAsync(
            Repeat.Always, session => WriteAsync(session, [requests], destinations), cancellationToken).ConfigureAwait(false);
        // It is accepted: no cancellation ends this, and if this process dies another goes on.
        foreach (var message in write.Rests)
            await _fanOuts.ExpandAsync(message).ConfigureAwait(false);
        return answers[0].OrThrow();
    }

    /// <summary>The same within a transaction of the host's: what is undone is undone to a savepoint.</summary>
    public async Task<(EnqueueResult[] Results, EnqueueWrite Write)> EnqueueInAsync(Session session, IReadOnlyList<EnqueueRequest> requests)
    {
        const string savepoint = "webhookkit_enqueue";
        var destinations = await DestinationForms.WriteAsync(requests, _format, session.Token).ConfigureAwait(false);
        await session.Batch().AddText($"SAVEPOINT {savepoint}").RunAsync().ConfigureAwait(false);
        var (answers, write) = await DecideAsync(
            session, [requests], destinations, () => session.Batch().AddText($"ROLLBACK TO SAVEPOINT {savepoint}").RunAsync()).ConfigureAwait(false);
        var results = answers[0].OrThrow();
        await session.Batch().AddText($"RELEASE SAVEPOINT {savepoint}").RunAsync().ConfigureAwait(false);
        return (results, write);
    }

    private static int WeightOf(IReadOnlyList<EnqueueRequest> requests) =>
        1 + requests.Sum(request => request.Targets.Count + (request.Message.Data.Length / 1024));

    private async Task WriteSmallAsync(IReadOnlyList<SmallCall> calls)
    {
        try
        {
            SmallCall[] begun = [];
            var decided = await _database.TryWriteAsync(session =>
            {
                // Only now: until there is a connection, a caller may still withdraw.
                begun = [.. calls.Where(call => call.Begin())];
                return WriteAsync(session, [.. begun.Select(call => call.Call)], new DestinationForms());
            }).ConfigureAwait(false);
            for (var i = 0; i < begun.Length; i++)
            {
                if (decided is null)
                    _ = WriteAloneAsync(begun[i]);
                else if (decided.Answers[i].Conflict is { } conflict)
                    begun[i].Fail(conflict);
                else
                    begun[i].Succeed(decided.Answers[i].Results);
            }
        }
        catch (Exception e) when (calls.Count > 1 && MayBeOfOneCall(e))
        {
            // One call may hold what the server cannot store. Nothing took effect; halves find it, and the others are accepted without it.
            await WriteSmallAsync([.. calls.Take(calls.Count / 2)]).ConfigureAwait(false);
            await WriteSmallAsync([.. calls.Skip(calls.Count / 2)]).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            foreach (var call in calls)
                call.Fail(e);
        }
    }

    /// <summary>Whether one call of many may be why all failed: not where the server is away, full or busy.</summary>
    private static bool MayBeOfOneCall(Exception e) => e is not WebhookStoreException store || store.Fault == StoreFault.Refused;

    private async Task WriteAloneAsync(SmallCall call)
    {
        try
        {
            var decided = await _database.WriteAsync(
                Repeat.Always, session => WriteAsync(session, [call.Call], new DestinationForms()), CancellationToken.None).ConfigureAwait(false);
            call.Succeed(decided.Answers[0].OrThrow());
        }
        catch (Exception e)
        {
            call.Fail(e);
        }
    }

    private static async Task<EnqueueDecision> WriteAsync(
        Session session, IReadOnlyList<IReadOnlyList<EnqueueRequest>> calls, DestinationForms destinations)
    {
        var decided = await DecideAsync(session, calls, destinations, undo: session.RollBackAsync).ConfigureAwait(false);
        if (!decided.Write.IsEmpty)
            await session.CommitAsync().ConfigureAwait(false);
        return decided;
    }

    private static async Task<EnqueueDecision> DecideAsync(
        Session session, IReadOnlyList<IReadOnlyList<EnqueueRequest>> calls, DestinationForms destinations, Func<Task> undo)
    {
        var known = new Known();
        for (var tries = 0; tries < MostTries; tries++)
        {
            var (answers, accepted) = (new EnqueueAnswer[calls.Count], new List<EnqueueRequest>());
            for (var i = 0; i < answers.Length; i++)
            {
                var plan = new EnqueuePlan(known.Find, known.Find);
                answers[i] = new EnqueueAnswer(plan.Decide(calls[i]), plan.Conflict);
                foreach (var request in plan.Conflict is null ? plan.Accepted : [])
                {
                    known.Add(request);
                    accepted.Add(request);
                }
            }

            var write = new EnqueueWrite(accepted, destinations);
            if (write.IsEmpty || await write.RunAsync(session).ConfigureAwait(false))
                return new EnqueueDecision(answers, write);
            await undo().ConfigureAwait(false);
            known = await Known.ReadAsync(session, [.. calls.SelectMany(call => call)]).ConfigureAwait(false);
        }

        throw new WebhookStoreException(StoreFault.Busy, "Others kept taking the same ids and keys meanwhile. Nothing was stored; try again.");
    }
}
