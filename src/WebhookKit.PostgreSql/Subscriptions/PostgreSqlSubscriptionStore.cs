using System.Data;
using Npgsql;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.Subscriptions;

/// <summary>
/// Keeps subscriptions in PostgreSQL, and a copy of them in this process's memory that matching and reading ask. Before each answer the copy is made current
/// by one cheap query, shared by all who ask at the same time: a change that returned takes effect for the very next match, on every node.
/// </summary>
internal sealed class PostgreSqlSubscriptionStore(Database database, SettingsFormat format) : ISubscriptionStore
{
    private readonly SharedCheck<SubscriptionCache> _check = new();
    private readonly AsyncLocal<Flow?> _flow = new();
    private readonly Lock _lock = new();
    private Copy _copy = new(new SubscriptionCache(format), -1, Stamp: null);

    /// <summary>
    /// Has what is asked in this flow until the end of it ask over the connection of a transaction of the host's: a second connection from the same pool might
    /// never come, if all who have the others wait for one too.
    /// </summary>
    public IDisposable Through(NpgsqlTransaction transaction) => _flow.Value = new Flow(transaction);

    public async ValueTask<Subscription?> FindAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        var cache = await CurrentAsync(cancellationToken).ConfigureAwait(false);
        return await cache.FindAsync(id, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<Subscription> AddAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        cancellationToken.ThrowIfCancellationRequested();
        var form = await format.WriteAsync(subscription, cancellationToken).ConfigureAwait(false);
        var added = await ChangeAsync(
            (batch, _) => batch.Add("add_subscription", Param.Uuid(subscription.Id.Value), Param.Text(form.Json), Param.Bytes(form.Secrets)), cancellationToken)
            .ConfigureAwait(false);
        return added is { } version ? subscription with { Version = version } : throw new SubscriptionConflictException(subscription.Id);
    }

    public async ValueTask<Subscription> UpdateAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        cancellationToken.ThrowIfCancellationRequested();
        var form = await format.WriteAsync(subscription, cancellationToken).ConfigureAwait(false);
        var updated = await ChangeAsync(
            (batch, _) => batch.Add(
                "update_subscription", Param.Uuid(subscription.Id.Value), Param.Bigint(subscription.Version), Param.Text(form.Json), Param.Bytes(form.Secrets)),
            cancellationToken).ConfigureAwait(false);
        return updated is { } version ? subscription with { Version = version } : throw new SubscriptionConflictException(subscription.Id);
    }

    public async ValueTask<bool> RemoveAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var removed = await ChangeAsync((batch, session) => batch.Add("remove_subscription", session.Now, Param.Uuid(id.Value)), cancellationToken)
            .ConfigureAwait(false);
        return removed is not null;
    }

    public async ValueTask<Page<Subscription>> ListAsync(SubscriptionQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var cache = await CurrentAsync(cancellationToken).ConfigureAwait(false);
        return await cache.ListAsync(query, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<IReadOnlyList<SubscriptionId>>> MatchAsync(IReadOnlyList<EventToMatch> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        return (await CurrentAsync(cancellationToken).ConfigureAwait(false)).Match(events);
    }

    /// <summary>Makes a change under its number; null if there was nothing to change.</summary>
    private Task<long?> ChangeAsync(Action<StatementBatch, Session> change, CancellationToken cancellationToken) => database.WriteAsync(
        Repeat.IfNotCommitted,
        async session =>
        {
            var batch = session.Batch().Add("bump_subscriptions");
            change(batch, session);
            var reader = await batch.ReadAndCommitAsync().ConfigureAwait(false);
            await using var closing = reader.ConfigureAwait(false);
            var versions = await reader.ListAsync(row => row.GetInt64(0)).ConfigureAwait(false);
            return versions.Count == 0 ? (long?)null : versions[0];
        },
        cancellationToken);

    /// <summary>
    /// A copy that is current. Who asks is told of this one, whatever becomes of it: where everything is loaded anew, it is another that takes its place.
    /// </summary>
    private async ValueTask<SubscriptionCache> CurrentAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_flow.Value?.Transaction is { } transaction)
        {
            return await database.JoinAsync(
                transaction, session => LoadAsync(session, transaction.IsolationLevel is not IsolationLevel.ReadCommitted), cancellationToken).ConfigureAwait(false);
        }

        return await _check.RunAsync(() => database.ReadAsync(session => LoadAsync(session, isOfThePast: false), CancellationToken.None))
            .WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Loads what changed since the last time. Nobody waits for anybody here: of two who load at the same time, the second asks again, what there is now since
    /// what the first has loaded.
    /// </summary>
    /// <param name="session">Where to ask.</param>
    /// <param name="isOfThePast">Whether what is read may be older than what is known: then what is known counts.</param>
    private async Task<SubscriptionCache> LoadAsync(Session session, bool isOfThePast)
    {
        while (true)
        {
            var known = Volatile.Read(ref _copy);
            if (await IsCurrentAsync(session, known).ConfigureAwait(false))
                return known.Cache;
            var changes = await ReadAsync(session, known).ConfigureAwait(false);
            var latest = changes[0];
            if (isOfThePast && latest.Last < known.Seen)
                return known.Cache;
            lock (_lock)
            {
                if (_copy != known)
                    continue;
                if (latest.IsAnew || latest.Last != known.Seen)
                    _copy = Take(latest.IsAnew ? new SubscriptionCache(format) : known.Cache, changes);
                return _copy.Cache;
            }
        }
    }

    /// <summary>Nearly always nothing has changed, and every publish and every send asks: that costs the server less to tell than what has.</summary>
    private static async Task<bool> IsCurrentAsync(Session session, Copy known) => (await session.Query()
        .Add("is_subscription_change", Param.Bigint(known.Seen), Param.Bigint(known.Stamp))
        .ListAsync(row => row.GetBoolean(0)).ConfigureAwait(false))[0];

    private static Copy Take(SubscriptionCache cache, List<Change> changes)
    {
        foreach (var (_, _, isRemoved, row, _) in changes)
        {
            if (row is null)
                continue;
            if (isRemoved)
                cache.Remove(row.Value.Id);
            else
                cache.Put(row.Value);
        }

        return new Copy(cache, changes[0].Last, changes[0].Stamp);
    }

    /// <summary>The changes; one without a row if there are none.</summary>
    private static Task<List<Change>> ReadAsync(Session session, Copy known) => session.Query()
        .Add("changed_subscriptions", Param.Bigint(known.Seen), Param.Bigint(known.Stamp))
        .ListAsync(row => new Change(
            row.GetInt64(0),
            row.GetBoolean(1),
            row.GetBoolean(5),
            row.IsDBNull(2)
                ? null
                : new SubscriptionRow(new SubscriptionId(row.GetGuid(2)), row.GetInt64(4), row.GetInt64(3), new SettingsForm(row.GetString(6), row.Bytes(7))),
            row.BigintOrNull(8)));

    /// <summary>A copy of the subscriptions, up to a change.</summary>
    /// <param name="Cache">The copy. What changes comes to it as well, but never anything older.</param>
    /// <param name="Seen">The number of the last change in it; -1 for none.</param>
    /// <param name="Stamp">That change's stamp; null before the first.</param>
    private sealed record Copy(SubscriptionCache Cache, long Seen, long? Stamp);

    /// <summary>A flow that asks over a transaction's connection; what it has started and left behind does so no longer when it has ended.</summary>
    private sealed class Flow(NpgsqlTransaction transaction) : IDisposable
    {
        public NpgsqlTransaction? Transaction { get; private set; } = transaction;

        public void Dispose() => Transaction = null;
    }

    private readonly record struct Change(long Last, bool IsAnew, bool IsRemoved, SubscriptionRow? Row, long? Stamp);
}
