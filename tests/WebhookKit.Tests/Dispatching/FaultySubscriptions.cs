using WebhookKit.InMemory;

namespace WebhookKit.Tests.Dispatching;

/// <summary>A subscription store that a test can make fail, and that counts who was looked up.</summary>
internal sealed class FaultySubscriptions : ISubscriptionStore
{
    private readonly InMemorySubscriptionStore _store = new();
    private int _finds;

    /// <summary>Called before a look-up; throws to make it fail.</summary>
    public Action? Reading { get; set; }

    /// <summary>Called before a change; throws to make it fail.</summary>
    public Action<Subscription>? Updating { get; set; }

    /// <summary>Called after a change or a removal that was stored.</summary>
    public Action? Changed { get; set; }

    /// <summary>How many look-ups there were.</summary>
    public int Finds => Volatile.Read(ref _finds);

    public ValueTask<Subscription?> FindAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _finds);
        Reading?.Invoke();
        return _store.FindAsync(id, cancellationToken);
    }

    public ValueTask<Subscription> AddAsync(Subscription subscription, CancellationToken cancellationToken) => _store.AddAsync(subscription, cancellationToken);

    public async ValueTask<Subscription> UpdateAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        Updating?.Invoke(subscription);
        var updated = await _store.UpdateAsync(subscription, cancellationToken);
        Changed?.Invoke();
        return updated;
    }

    public async ValueTask<bool> RemoveAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        var removed = await _store.RemoveAsync(id, cancellationToken);
        Changed?.Invoke();
        return removed;
    }

    public ValueTask<Page<Subscription>> ListAsync(SubscriptionQuery query, CancellationToken cancellationToken) => _store.ListAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<IReadOnlyList<SubscriptionId>>> MatchAsync(IReadOnlyList<EventToMatch> events, CancellationToken cancellationToken) =>
        _store.MatchAsync(events, cancellationToken);
}
