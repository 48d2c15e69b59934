using WebhookKit.Storage;

namespace WebhookKit.InMemory;

/// <summary>
/// An idempotency key and the answer it stands for, until it is due to be free again. It outlives the message where the log forgets that earlier.
/// </summary>
internal sealed class StoredKey : DueItem
{
    private readonly byte[] _hash;

    public StoredKey(StoredTenant tenant, IdempotencyKey key, WebhookMessage message, int targets, long expires)
    {
        Tenant = tenant;
        Key = key.Key;
        _hash = key.ContentHash.ToArray();
        MessageId = message.PublicId;
        Targets = targets;
        Due = expires;
    }

    public StoredTenant Tenant { get; }

    public string Key { get; }

    public string MessageId { get; }

    public int Targets { get; }

    public bool IsKnown(long now) => Due > now;

    public KnownKey ToKnown() => new(_hash, MessageId, Targets);
}
