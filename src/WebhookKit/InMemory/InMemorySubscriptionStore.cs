using WebhookKit.Subscriptions;

namespace WebhookKit.InMemory;

/// <summary>Keeps subscriptions in memory, with their match index, under one lock: a change takes effect for the very next match.</summary>
internal sealed class InMemorySubscriptionStore : ISubscriptionStore
{
    private const int MaxLimit = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<SubscriptionId, Subscription> _byId = [];
    private readonly SortedDictionary<Guid, Subscription> _inOrder = [];
    private readonly MatchIndex _index = new();

    public ValueTask<Subscription?> FindAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        lock (_lock)
            return new(_byId.GetValueOrDefault(id));
    }

    public ValueTask<Subscription> AddAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_byId.ContainsKey(subscription.Id))
                throw new SubscriptionConflictException(subscription.Id);
            return new(Put(subscription with { Version = 1 }));
        }
    }

    public ValueTask<Subscription> UpdateAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(subscription.Id, out var stored) || stored.Version != subscription.Version)
                throw new SubscriptionConflictException(subscription.Id);
            _index.Remove(stored);
            return new(Put(subscription with { Version = stored.Version + 1 }));
        }
    }

    public ValueTask<bool> RemoveAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_byId.Remove(id, out var stored))
                return new(false);
            _inOrder.Remove(id.Value);
            _index.Remove(stored);
            return new(true);
        }
    }

    public ValueTask<Page<Subscription>> ListAsync(SubscriptionQuery query, CancellationToken cancellationToken)
    {
        var after = Check(query);
        lock (_lock)
        {
            var found = _inOrder.Values
                .Where(s => after is null || s.Id.Value.CompareTo(after.Value) > 0)
                .Where(s => (query.AllTenants || string.Equals(s.Tenant, query.Tenant, StringComparison.Ordinal)) && (query.Status is null || s.Status == query.Status))
                .Take(query.Limit + 1)
                .ToList();
            if (found.Count <= query.Limit)
                return new(new Page<Subscription>(found, Next: null));
            found.RemoveAt(query.Limit);
            return new(new Page<Subscription>(found, found[^1].Id.ToString()));
        }
    }

    public ValueTask<IReadOnlyList<IReadOnlyList<SubscriptionId>>> MatchAsync(IReadOnlyList<EventToMatch> events, CancellationToken cancellationToken)
    {
        var matches = new IReadOnlyList<SubscriptionId>[events.Count];
        lock (_lock)
        {
            for (var i = 0; i < matches.Length; i++)
                matches[i] = _index.Find(events[i]);
        }

        return new(matches);
    }

    private static Guid? Check(SubscriptionQuery query)
    {
        if (query.Limit is < 1 or > MaxLimit)
            throw new WebhookValidationException(new WebhookError(
                WebhookErrorCode.OutOfRange, nameof(query.Limit), "The page size is out of range.", $"Use 1 to {MaxLimit}."));
        if (query.Continuation is null)
            return null;
        return SubscriptionId.TryParse(query.Continuation, provider: null, out var after)
            ? after.Value
            : throw new WebhookValidationException(new WebhookError(
                WebhookErrorCode.InvalidId, nameof(query.Continuation), "This is not a continuation of a listing.", "Give the Next of the page before, or null."));
    }

    private Subscription Put(Subscription subscription)
    {
        _byId[subscription.Id] = subscription;
        _inOrder[subscription.Id.Value] = subscription;
        _index.Add(subscription);
        return subscription;
    }
}
