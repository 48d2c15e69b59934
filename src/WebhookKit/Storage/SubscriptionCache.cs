namespace WebhookKit.Storage;

/// <summary>
/// All subscriptions of a durable store in this process's memory: indexed for matching, their secrets read when one is first asked for. The store feeds it
/// with every change, and asks it only when it knows it to be current. Safe for concurrent use.
/// </summary>
internal sealed class SubscriptionCache(SettingsFormat format)
{
    /// <summary>Takes a row that was added or changed. An older version than the one it has is ignored.</summary>
    public void Put(SubscriptionRow row) => throw new NotImplementedException();

    /// <summary>A subscription was removed.</summary>
    public void Remove(SubscriptionId id) => throw new NotImplementedException();

    /// <summary>Forgets everything, to be fed anew.</summary>
    public void Clear() => throw new NotImplementedException();

    /// <summary>Reads one; null if there is none.</summary>
    public ValueTask<Subscription?> FindAsync(SubscriptionId id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>As <see cref="ISubscriptionStore.ListAsync"/>.</summary>
    public ValueTask<Page<Subscription>> ListAsync(SubscriptionQuery query, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>As <see cref="ISubscriptionStore.MatchAsync"/>.</summary>
    public IReadOnlyList<IReadOnlyList<SubscriptionId>> Match(IReadOnlyList<EventToMatch> events) => format is null ? [] : throw new NotImplementedException();
}
