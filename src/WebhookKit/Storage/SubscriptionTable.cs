using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using WebhookKit.Subscriptions;

namespace WebhookKit.Storage;

/// <summary>Subscriptions in memory: by id, in the order in which they were added, and indexed for matching. Not safe for concurrent use.</summary>
internal sealed class SubscriptionTable<TEntry>
    where TEntry : SubscriptionEntry
{
    private const int MaxLimit = 1000;

    private readonly Dictionary<SubscriptionId, TEntry> _byId = [];
    private readonly List<TEntry> _inOrder = [];
    private MatchIndex _index = new();

    public bool TryGet(SubscriptionId id, [NotNullWhen(true)] out TEntry? entry) => _byId.TryGetValue(id, out entry);

    /// <summary>Adds an entry, in place of the one with its id.</summary>
    public void Put(TEntry entry)
    {
        Remove(entry.Subscription.Id);
        _byId.Add(entry.Subscription.Id, entry);
        _inOrder.Insert(IndexAfter(entry.Number), entry);
        _index.Add(entry.Subscription);
    }

    public bool Remove(SubscriptionId id)
    {
        if (!_byId.Remove(id, out var entry))
            return false;
        _inOrder.RemoveAt(IndexAfter(entry.Number) - 1);
        _index.Remove(entry.Subscription);
        return true;
    }

    public void Clear()
    {
        _byId.Clear();
        _inOrder.Clear();
        _index = new MatchIndex();
    }

    public IReadOnlyList<IReadOnlyList<SubscriptionId>> Match(IReadOnlyList<EventToMatch> events)
    {
        var matches = new IReadOnlyList<SubscriptionId>[events.Count];
        for (var i = 0; i < matches.Length; i++)
            matches[i] = _index.Find(events[i]);
        return matches;
    }

    /// <summary>One page of what is asked for.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="after">What <see cref="Check"/> said of the query.</param>
    public Page<TEntry> List(SubscriptionQuery query, long after)
    {
        var items = new List<TEntry>();
        for (var i = IndexAfter(after); i < _inOrder.Count; i++)
        {
            if (!IsAskedFor(_inOrder[i], query))
                continue;
            if (items.Count == query.Limit)
                return new(items, items[^1].Number.ToString(CultureInfo.InvariantCulture));
            items.Add(_inOrder[i]);
        }

        return new(items, Next: null);
    }

    /// <summary>The number of the last subscription of the page before; 0 for the first page.</summary>
    /// <exception cref="WebhookValidationException">The query is faulty; all faults are named.</exception>
    public static long Check(SubscriptionQuery query)
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

    private static bool IsAskedFor(SubscriptionEntry entry, SubscriptionQuery query) =>
        (query.AllTenants || (entry.HasTenant && string.Equals(entry.Subscription.Tenant, query.Tenant, StringComparison.Ordinal)))
        && (query.Status is null || entry.Subscription.Status == query.Status);

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
}
