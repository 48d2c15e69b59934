namespace WebhookKit.Subscriptions;

/// <summary>
/// Finds the subscriptions that an event matches: one look-up for the event type, one for each of its prefixes, one for its group and one for
/// "everything", and a look at the filters of what was found, so the cost grows with the matches and not with the number of subscriptions. Not safe for
/// concurrent use.
/// </summary>
internal sealed class MatchIndex
{
    private readonly Dictionary<Key, Bucket> _buckets = new(new KeyComparer());

    // Those of the event that is being matched; kept so that matching allocates nothing but its answer.
    private readonly List<Bucket> _hits = [];

    public void Add(Subscription subscription)
    {
        if (!Matches(subscription.Status))
            return;
        foreach (var pattern in subscription.Events)
        {
            var key = new Key(subscription.Tenant, pattern.Kind, pattern.Value);
            if (!_buckets.TryGetValue(key, out var bucket))
                _buckets.Add(key, bucket = new Bucket());
            bucket.Add(subscription);
        }
    }

    public void Remove(Subscription subscription)
    {
        if (!Matches(subscription.Status))
            return;
        foreach (var pattern in subscription.Events)
        {
            var key = new Key(subscription.Tenant, pattern.Kind, pattern.Value);
            if (_buckets.TryGetValue(key, out var bucket) && bucket.Remove(subscription.Id))
                _buckets.Remove(key);
        }
    }

    /// <summary>The subscriptions that get the event, each once. The list does not change later.</summary>
    public IReadOnlyList<SubscriptionId> Find(EventToMatch e)
    {
        _hits.Clear();
        Collect(new SearchKey(e.Tenant, EventPatternKind.Exact, e.EventType));
        Collect(new SearchKey(e.Tenant, EventPatternKind.All, ""));
        if (e.Group is not null)
            Collect(new SearchKey(e.Tenant, EventPatternKind.Group, e.Group));
        for (var dot = e.EventType.LastIndexOf('.'); dot > 0; dot = e.EventType.LastIndexOf('.', dot - 1))
            Collect(new SearchKey(e.Tenant, EventPatternKind.Prefix, e.EventType.AsSpan(0, dot)));
        return _hits switch
        {
            [] => [],
            [{ HasFilters: false } only] => only.Snapshot(),
            _ => Join(e.Attributes),
        };
    }

    private static bool Matches(SubscriptionStatus status) => status is SubscriptionStatus.Active or SubscriptionStatus.Paused;

    private void Collect(SearchKey key)
    {
        if (_buckets.GetAlternateLookup<SearchKey>().TryGetValue(key, out var bucket))
            _hits.Add(bucket);
    }

    private List<SubscriptionId> Join(IReadOnlyDictionary<string, string> attributes)
    {
        var room = 0;
        foreach (var bucket in _hits)
            room += bucket.Unfiltered;
        var found = new List<SubscriptionId>(room);
        for (var i = 0; i < _hits.Count; i++)
        {
            foreach (var (id, filtered) in _hits[i].Subscriptions)
            {
                if (!IsInHitBefore(i, id) && filtered?.Accepts(attributes) != false)
                    found.Add(id);
            }
        }

        return found;
    }

    /// <summary>What an earlier bucket has was decided there.</summary>
    private bool IsInHitBefore(int hit, SubscriptionId id)
    {
        for (var i = 0; i < hit; i++)
        {
            if (_hits[i].Subscriptions.ContainsKey(id))
                return true;
        }

        return false;
    }

    private readonly record struct Key(string? Tenant, EventPatternKind Kind, string Value);

    /// <summary>A key to look up by, of which the value may be a part of a text.</summary>
    private readonly ref struct SearchKey(string? tenant, EventPatternKind kind, ReadOnlySpan<char> value)
    {
        public readonly string? Tenant = tenant;
        public readonly EventPatternKind Kind = kind;
        public readonly ReadOnlySpan<char> Value = value;
    }

    private sealed class KeyComparer : IEqualityComparer<Key>, IAlternateEqualityComparer<SearchKey, Key>
    {
        public bool Equals(Key x, Key y) => x == y;

        public bool Equals(SearchKey alternate, Key other) =>
            alternate.Kind == other.Kind
            && string.Equals(alternate.Tenant, other.Tenant, StringComparison.Ordinal)
            && alternate.Value.SequenceEqual(other.Value);

        public int GetHashCode(Key key) => GetHashCode(new SearchKey(key.Tenant, key.Kind, key.Value));

        public int GetHashCode(SearchKey alternate) => HashCode.Combine(
            alternate.Tenant?.GetHashCode(StringComparison.Ordinal), alternate.Kind, string.GetHashCode(alternate.Value, StringComparison.Ordinal));

        public Key Create(SearchKey alternate) => new(alternate.Tenant, alternate.Kind, alternate.Value.ToString());
    }

    /// <summary>The subscriptions of one pattern; each stands with itself where it has a filter that is to be asked, with null where it has none.</summary>
    private sealed class Bucket
    {
        private SubscriptionId[]? _snapshot;

        public Dictionary<SubscriptionId, Subscription?> Subscriptions { get; } = [];

        public int Unfiltered { get; private set; }

        public bool HasFilters => Unfiltered < Subscriptions.Count;

        public void Add(Subscription subscription)
        {
            var filtered = subscription.Filter.Count > 0 ? subscription : null;
            // A subscription may have a pattern twice.
            if (!Subscriptions.TryAdd(subscription.Id, filtered))
                return;
            Unfiltered += filtered is null ? 1 : 0;
            _snapshot = null;
        }

        /// <summary>Whether the bucket is empty afterwards.</summary>
        public bool Remove(SubscriptionId id)
        {
            if (Subscriptions.Remove(id, out var filtered))
            {
                Unfiltered -= filtered is null ? 1 : 0;
                _snapshot = null;
            }

            return Subscriptions.Count == 0;
        }

        public SubscriptionId[] Snapshot() => _snapshot ??= [.. Subscriptions.Keys];
    }
}
