using WebhookKit.PostgreSql.Connections;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.Subscriptions;

/// <summary>
/// Keeps subscriptions in PostgreSQL, and a copy of them in this process's memory that matching and reading ask. Before each answer the copy is made current
/// by one cheap query, shared by all who ask at the same time: a change that returned takes effect for the very next match, on every node.
/// </summary>
internal sealed class PostgreSqlSubscriptionStore(Database database, SettingsFormat format) : ISubscriptionStore
{
    private readonly SubscriptionCache _cache = new(format);
    private readonly SharedCheck _check = new();
    private long _seen;

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
            batch => batch.Add("add_subscription", Param.Uuid(subscription.Id.Value), Param.Text(form.Json), Param.Bytes(form.Secrets)), cancellationToken)
            .ConfigureAwait(false);
        return added is { } version ? subscription with { Version = version } : throw new SubscriptionConflictException(subscription.Id);
    }

    public async ValueTask<Subscription> UpdateAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        cancellationToken.ThrowIfCancellationRequested();
        var form = await format.WriteAsync(subscription, cancellationToken).ConfigureAwait(false);
        var updated = await ChangeAsync(
            batch => batch.Add(
                "update_subscription", Param.Uuid(subscription.Id.Value), Param.Bigint(subscription.Version), Param.Text(form.Json), Param.Bytes(form.Secrets)),
            cancellationToken).ConfigureAwait(false);
        return updated is { } version ? subscription with { Version = version } : throw new SubscriptionConflictException(subscription.Id);
    }

    public async ValueTask<bool> RemoveAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await ChangeAsync(batch => batch.Add("remove_subscription", Param.Uuid(id.Value)), cancellationToken).ConfigureAwait(false) is not null;
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
    private Task<long?> ChangeAsync(Action<StatementBatch> change, CancellationToken cancellationToken) => database.WriteAsync(
        Repeat.IfNotCommitted,
        async session =>
        {
            var batch = session.Batch().Add("bump_subscriptions");
            change(batch);
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

    /// <summary>Loads what changed since the last time. One at a time.</summary>
    private async Task LoadAsync()
    {
        var (last, changes) = await database.ReadAsync(ReadAsync, CancellationToken.None).ConfigureAwait(false);
        if (last < _seen)
        {
            // The database was restored from an older state: nothing of what is here counts.
            _cache.Clear();
            _seen = 0;
            (_, changes) = await database.ReadAsync(ReadAsync, CancellationToken.None).ConfigureAwait(false);
        }

        foreach (var (change, isRemoved, row) in changes)
        {
            if (isRemoved)
                _cache.Remove(row.Id);
            else
                _cache.Put(row);
            _seen = change;
        }
    }

    private async Task<(long Last, List<(long Change, bool IsRemoved, SubscriptionRow Row)> Changes)> ReadAsync(Session session)
    {
        var reader = await session.Query()
            .AddText("SELECT number FROM {schema}.subscription_change")
            .Add("changed_subscriptions", Param.Bigint(_seen))
            .ReadAsync().ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        var last = (await reader.ListAsync(row => row.GetInt64(0)).ConfigureAwait(false))[0];
        var changes = await reader.ListAsync(row => (row.GetInt64(2), row.GetBoolean(4), new SubscriptionRow(
            new SubscriptionId(row.GetGuid(0)), row.GetInt64(3), row.GetInt64(1), new SettingsForm(row.GetString(5), row.Bytes(6))))).ConfigureAwait(false);
        return (last, changes);
    }
}
