namespace WebhookKit.Sqlite;

/// <summary>
/// Keeps subscriptions in the file of the deliveries. One process owns it, so what is in memory is what is in the file: it follows each commit before the
/// caller hears of it, and a change takes effect for the very next match.
/// </summary>
internal sealed class SqliteSubscriptionStore(StoreFile file) : ISubscriptionStore
{
    public async ValueTask<Subscription?> FindAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await file.Subscriptions.FindAsync(id, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<Subscription> AddAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        var open = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        var form = await file.Format.WriteAsync(subscription, cancellationToken).ConfigureAwait(false);
        var row = await open.Writer.RunAsync(
            (session, _) => SubscriptionTable.Add(session.Database, subscription.Id, form), file.Put, cancellationToken).ConfigureAwait(false);
        return subscription with { Version = row.Version };
    }

    public async ValueTask<Subscription> UpdateAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        var open = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        var form = await file.Format.WriteAsync(subscription, cancellationToken).ConfigureAwait(false);
        var row = await open.Writer.RunAsync(
                (session, _) => SubscriptionTable.Update(session.Database, subscription.Id, subscription.Version, form), file.Put,
                cancellationToken)
            .ConfigureAwait(false);
        return subscription with { Version = row.Version };
    }

    public async ValueTask<bool> RemoveAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        var open = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await open.Writer.RunAsync((session, _) => SubscriptionTable.Remove(session.Database, id), _ => file.Remove(id), cancellationToken)
            .ConfigureAwait(false);
    }

    public async ValueTask<Page<Subscription>> ListAsync(SubscriptionQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await file.Subscriptions.ListAsync(query, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<IReadOnlyList<SubscriptionId>>> MatchAsync(IReadOnlyList<EventToMatch> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        return file.Subscriptions.Match(events);
    }
}
