using System.Globalization;
using WebhookKit.Subscriptions;

namespace WebhookKit.InMemory;

/// <summary>Keeps subscriptions in memory, with their match index, under one lock: a change takes effect for the very next match.</summary>
internal sealed class InMemorySubscriptionStore : ISubscriptionStore
{
    private const int MaxLimit = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<SubscriptionId, Entry> _byId = [];
    private readonly List<Entry> _inOrder = [];
    private readonly MatchIndex _index = new();
    private long _added;

    public ValueTask<Subscription?> FindAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            return new(_byId.GetValueOrDefault(id)?.Subscription);
    }

    public ValueTask<Subscription> AddAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var added = subscription with { Version = 1 };
        lock (_lock)
        {
            var entry = new Entry(_added + 1, added);
            if (!_byId.TryAdd(added.Id, entry))
                throw new SubscriptionConflictException(added.Id);
            _added++;
            _inOrder.Add(entry);
            _index.Add(added);
        }

        return new(added);
    }

    public ValueTask<Subscription> UpdateAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var updated = subscription with { Version = subscription.Version + 1 };
        lock (_lock)
        {
            if (!_byId.TryGetValue(updated.Id, out var entry) || entry.Subscription.Version != subscription.Version)
                throw new SubscriptionConflictException(updated.Id);
            _index.Remove(entry.Subscription);
            _index.Add(updated);
            entry.Subscription = updated;
        }

        return new(updated);
    }

    public ValueTask<bool> RemoveAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (!_byId.Remove(id, out var entry))
                return new(false);
            _inOrder.RemoveAt(IndexAfter(entry.Number) - 1);
            _index.Remove(entry.Subscription);
            return new(true);
        }
    }

    public ValueTask<Page<Subscription>> ListAsync(SubscriptionQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var after = Check(query);
        var items = new List<Subscription>();
        long? last = null;
        lock (_lock)
        {
            for (var i = IndexAfter(after); i < _inOrder.Count; i++)
            {
                var (number, subscription) = (_inOrder[i].Number, _inOrder[i].Subscription);
                if (!IsAskedFor(subscription, query))
                    continue;
                if (items.Count == query.Limit)
                    return new(new Page<Subscription>(items, last?.ToString(CultureInfo.InvariantCulture)));
                items.Add(subscription);
                last = number;
            }
        }

        return new(new Page<Subscription>(items, Next: null));
    }

    public ValueTask<IReadOnlyList<IReadOnlyList<SubscriptionId>>> MatchAsync(IReadOnlyList<EventToMatch> events, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var matches = new IReadOnlyList<SubscriptionId>[events.Count];
        lock (_lock)
        {
            for (var i = 0; i < matches.Length; i++)
                matches[i] = _index.Find(events[i]);
        }

        return new(matches);
    }

    private static bool IsAskedFor(Subscription s, SubscriptionQuery query) =>
        (query.AllTenants || string.Equals(s.Tenant, query.Tenant, StringComparison.Ordinal)) && (query.Status is null || s.Status == query.Status);

    /// <summary>The number of the last subscription of the page before; 0 for the first page.</summary>
    private static long Check(SubscriptionQuery query)
    {
        var (faults, after) = (new List<WebhookError>(), 0L);
        if (query is { AllTenants: true, Tenant: not null })
            faults.Add(new WebhookError(
                WebhookErrorCode.Contradiction, nameof(query.Tenant), "One tenant is given, and all tenants are asked for.",
                "Leave out Tenant or AllTenants."));
        if (query.Limit is < 1 or > MaxLimit)
            faults.Add(new WebhookError(WebhookErrorCode.OutOfRange, nameof(query.Limit), "The page size is out of range.", $"Use 1 to {MaxLimit}."));
        if (query.Continuation is not null && !long.TryParse(query.Continuation, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            faults.Add(new WebhookError(
                WebhookErrorCode.InvalidId, nameof(query.Continuation), "This is not a continuation of a listing.",
                "Give the Next of the page before, or null."));
        return faults.Count == 0 ? after : throw new WebhookValidationException(faults);
    }

    /// <summary>Where the first subscription with a higher number stands: they are in the order of their numbers.</summary>
    private int IndexAfter(long number)
    {
        var (low, high) = (0, _inOrder.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_inOrder[middle].Number > number)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    /// <param name="number">Counts the additions. Ids sort by time only as far as the clock's milliseconds go, and a host may give its own.</param>
    /// <param name="subscription">The subscription as it is now.</param>
    private sealed class Entry(long number, Subscription subscription)
    {
        public long Number { get; } = number;

        public Subscription Subscription { get; set; } = subscription;
    }
}
