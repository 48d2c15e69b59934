namespace WebhookKit;

/// <summary>What one batch of a removal came to.</summary>
/// <param name="Removed">
/// How many records it removed, at the most the limit: deliveries, messages without any, the data of messages, erased idempotency keys. What goes with another
/// record is not counted: attempts, a message with its last delivery, destinations.
/// </param>
/// <param name="HasMore">Whether there is more to remove now.</param>
public readonly record struct RemovalResult(int Removed, bool HasMore);
