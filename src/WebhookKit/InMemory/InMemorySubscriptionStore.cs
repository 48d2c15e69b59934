using WebhookKit.Storage;

namespace WebhookKit.InMemory;

/// <summary>Keeps subscriptions in memory, with their match index, under one lock: a change takes effect for the very next match.</summary>
internal sealed class InMemorySubscriptionStore : ISubscriptionStore
{
    private readonly Lock _lock = new();
    private readonly SubscriptionTable<SubscriptionEntry> _table = new();
    private long _added;

    public ValueTask<Subscription?> FindAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            return new(_table.TryGet(id, out var entry) ? entry.Subscription : null);
    }

    public ValueTask<Subscription> AddAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var added = subscription with { Version = 1 };
        lock (_lock)
        {
            if (_table.TryGet(added.Id, out _))
                throw new SubscriptionConflictException(added.Id);
            _table.Put(new SubscriptionEntry(++_added, added));
        }

        return new(added);
    }

    public ValueTask<Subscription> UpdateAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var updated = subscription with { Version = subscription.Version + 1 };
        lock (_lock)
        {
            if (!_table.TryGet(updated.Id, out var entry) || entry.Subscription.Version != subscription.Version)
                throw new SubscriptionConflictException(updated.Id);
            _table.Put(new SubscriptionEntry(entry.Number, updated));
        }

        return new(updated);
    }

    public ValueTask<bool> RemoveAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            return new(_table.Remove(id));
    }

    public ValueTask<Page<Subscription>> ListAsync(SubscriptionQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var after = SubscriptionTable<SubscriptionEntry>.Check(query);
        lock (_lock)
        {
            var page = _table.List(query, after);
            return new(new Page<Subscription>([.. page.Items.Select(entry => entry.Subscription)], page.Next));
        }
    }

    public ValueTask<IReadOnlyList<IReadOnlyList<SubscriptionId>>> MatchAsync(IReadOnlyList<EventToMatch> events, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            return new(_table.Match(events));
    }
}
