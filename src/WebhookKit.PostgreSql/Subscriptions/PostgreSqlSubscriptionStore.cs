using WebhookKit.PostgreSql.Connections;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.Subscriptions;

/// <summary>
/// Keeps subscriptions in PostgreSQL, and a copy of them in this process's memory that matching and reading ask. Before each answer the copy is made current
/// by one cheap query, shared by all who ask at the same time: a change that returned takes effect for the very next match, on every node.
/// </summary>
internal sealed class PostgreSqlSubscriptionStore(Database database, SettingsFormat format) : ISubscriptionStore
{
    private const long Nothing = -1;
    private readonly SharedCheck _check = new();
    private volatile SubscriptionCache _cache = new(format);
    private long _seen = Nothing;

    public async ValueTask<Subscription?> FindAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        await BeCurrentAsync(cancellationToken).ConfigureAwait(false);
        return await _cache.FindAsync(id, cancellationToken).ConfigureAwait(false);
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
        await BeCurrentAsync(cancellationToken).ConfigureAwait(false);
        return await _cache.ListAsync(query, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<IReadOnlyList<SubscriptionId>>> MatchAsync(IReadOnlyList<EventToMatch> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        await BeCurrentAsync(cancellationToken).ConfigureAwait(false);
        return _cache.Match(events);
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

    private async ValueTask BeCurrentAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _check.RunAsync(LoadAsync).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Loads what changed since the last time. One at a time. Where everything is loaded anew, it is put in the place of what was there only when it is whole:
    /// who is matching at this moment was told that the old copy is current.
    /// </summary>
    private async Task LoadAsync()
    {
        var changes = await database.ReadAsync(ReadAsync, CancellationToken.None).ConfigureAwait(false);
        var cache = changes[0].IsAnew ? new SubscriptionCache(format) : _cache;
        foreach (var (_, _, isRemoved, row) in changes)
        {
            if (row is null)
                continue;
            if (isRemoved)
                cache.Remove(row.Value.Id);
            else
                cache.Put(row.Value);
        }

        _cache = cache;
        _seen = changes[0].Last;
    }

    /// <summary>The changes; one without a row if there are none.</summary>
    private Task<List<Change>> ReadAsync(Session session) => session.Query()
        .Add("changed_subscriptions", Param.Bigint(_seen))
        .ListAsync(row => new Change(
            row.GetInt64(0),
            row.GetBoolean(1),
            row.GetBoolean(5),
            row.IsDBNull(2)
                ? null
                : new SubscriptionRow(new SubscriptionId(row.GetGuid(2)), row.GetInt64(4), row.GetInt64(3), new SettingsForm(row.GetString(6), row.Bytes(7)))));

    private readonly record struct Change(long Last, bool IsAnew, bool IsRemoved, SubscriptionRow? Row);
}
