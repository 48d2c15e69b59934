namespace WebhookKit.InMemory;

/// <summary>
/// The idempotency keys that are not free yet. One that has expired counts no longer, whenever it is removed: a few with every call that brings new ones, so
/// that no call pays for a sweep.
/// </summary>
internal sealed class StoredKeys(InMemoryStoreOptions options, StoredTenants tenants)
{
    private const int RemovedAtOnce = 16;
    private readonly DueHeap<StoredKey> _byExpiry = new();

    public int Count => _byExpiry.Count;

    public StoredKey? Find(string? tenant, string key, long now) =>
        tenants.TryGet(tenant, out var known) && known.Keys.TryGet(key, out var found) && found.IsKnown(now) ? found : null;

    /// <summary>Why this many more are refused; null if they are not.</summary>
    public QueueFullException? Refusal(int more, long now)
    {
        if (more == 0)
            return null;
        RemoveExpired(RemovedAtOnce + more, now);
        return Count + more <= options.MaxIdempotencyKeys
            ? null
            : new QueueFullException(
                $"The in-memory store knows {Count} idempotency keys, {more} more would exceed "
                + $"{nameof(InMemoryStoreOptions)}.{nameof(InMemoryStoreOptions.MaxIdempotencyKeys)} = {options.MaxIdempotencyKeys}. "
                + "Nothing was stored. Let keys live shorter, raise the bound, or use a durable store.");
    }

    public StoredKey Add(IdempotencyKey key, WebhookMessage message, int targets, long now)
    {
        var tenant = tenants.GetOrAdd(message.Tenant);
        if (tenant.Keys.TryGet(key.Key, out var expired))
            _byExpiry.Remove(expired);
        var stored = new StoredKey(tenant, key, message, targets, StoreClock.After(now, key.Lifetime));
        tenant.Keys[key.Key] = stored;
        _byExpiry.Add(stored);
        return stored;
    }

    public void Remove(StoredKey key)
    {
        _byExpiry.Remove(key);
        key.Tenant.Keys.Remove(key.Key, key);
        tenants.Shortened(key.Tenant);
    }

    public void RemoveExpired(int most, long now)
    {
        while (most-- > 0 && _byExpiry.TryPeek(out var first) && !first.IsKnown(now))
            Remove(first);
    }
}
