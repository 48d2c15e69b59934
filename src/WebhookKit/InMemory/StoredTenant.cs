namespace WebhookKit.InMemory;

/// <summary>What the store knows of one tenant: its messages as a chain, and its idempotency keys.</summary>
internal sealed class StoredTenant(string? name)
{
    public Chain<StoredMessage, StoredMessage.PlaceInTenant> Messages;

    public string? Name { get; } = name;

    public ShrinkingIndex<string, StoredKey> Keys { get; } = new(StringComparer.Ordinal);

    public bool IsEmpty => Messages.Newest is null && Keys.Count == 0;
}
