namespace WebhookKit.Subscriptions;

/// <summary>
/// Finds the subscriptions that an event matches: one look-up for the event type, one for each of its prefixes, one for its group and one for
/// "everything", so the cost grows with the matches and not with the number of subscriptions. Not safe for concurrent use.
/// </summary>
internal sealed class MatchIndex
{
    private readonly Dictionary<Key, Bucket> _buckets = [];

    public void Add(Subscription subscription)
    {
        if (!Matches(subscription.Status))
            return;
        foreach (var pattern in subscription.Events)
        {
            var key = new Key(subscription.Tenant, pattern.Kind, pattern.Value);
            if (!_buckets.TryGetValue(key, out var bucket))
                _buckets.Add(key, bucket = new Bucket());
            bucket.Add(subscription.Id);
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
    public IReadOnlyList<SubscriptionId> Find(in EventToMatch e)
    {
        SubscriptionId[]? only = null;
        HashSet<SubscriptionId>? several = null;
        Collect(new Key(e.Tenant, EventPatternKind.Exact, e.EventType), ref only, ref several);
        Collect(new Key(e.Tenant, EventPatternKind.All, ""), ref only, ref several);
        if (e.Group is not null)
            Collect(new Key(e.Tenant, EventPatternKind.Group, e.Group), ref only, ref several);
        for (var dot = e.EventType.LastIndexOf('.'); dot > 0; dot = e.EventType.LastIndexOf('.', dot - 1))
            Collect(new Key(e.Tenant, EventPatternKind.Prefix, e.EventType[..dot]), ref only, ref several);
        return several is null ? only ?? [] : [.. several];
    }

    private static bool Matches(SubscriptionStatus status) => status is SubscriptionStatus.Active or SubscriptionStatus.Paused;

    private void Collect(Key key, ref SubscriptionId[]? only, ref HashSet<SubscriptionId>? several)
    {
        if (!_buckets.TryGetValue(key, out var bucket))
            return;
        if (only is null)
        {
            only = bucket.Snapshot();
            return;
        }

        several ??= [.. only];
        several.UnionWith(bucket.Snapshot());
    }

    private readonly record struct Key(string? Tenant, EventPatternKind Kind, string Value);

    private sealed class Bucket
    {
        private readonly HashSet<SubscriptionId> _ids = [];
        private SubscriptionId[]? _snapshot;

        public void Add(SubscriptionId id)
        {
            if (_ids.Add(id))
                _snapshot = null;
        }

        /// <summary>Whether the bucket is empty afterwards.</summary>
        public bool Remove(SubscriptionId id)
        {
            if (_ids.Remove(id))
                _snapshot = null;
            return _ids.Count == 0;
        }

        public SubscriptionId[] Snapshot() => _snapshot ??= [.. _ids];
    }
}
