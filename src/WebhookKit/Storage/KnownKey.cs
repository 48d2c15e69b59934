namespace WebhookKit.Storage;

/// <summary>What a store knows of an idempotency key that was used before.</summary>
/// <param name="ContentHash">The SHA-256 of what was published with it.</param>
/// <param name="MessageId">The id of that message, as receivers see it.</param>
/// <param name="Targets">How many targets that message was accepted with.</param>
internal readonly record struct KnownKey(ReadOnlyMemory<byte> ContentHash, string MessageId, int Targets);
