namespace WebhookKit;

/// <summary>
/// The publisher's own name for one publish, scoped to the message's tenant. The same key with the same content is answered with the first message; with other
/// content it is a conflict.
/// </summary>
public sealed record IdempotencyKey
{
    /// <summary>The key. At most 256 characters.</summary>
    public required string Key { get; init; }

    /// <summary>The SHA-256 of what was published, 32 bytes: two publishes of one key are the same if these are.</summary>
    public required ReadOnlyMemory<byte> ContentHash { get; init; }

    /// <summary>How long the store knows the key, whatever becomes of the message; afterwards the key is free again. More than zero.</summary>
    public required TimeSpan Lifetime { get; init; }
}
