namespace WebhookKit;

/// <summary>What one batch of a removal came to.</summary>
/// <param name="Removed">How many records it removed: messages, deliveries, or the data of messages.</param>
/// <param name="HasMore">Whether there is more to remove.</param>
public readonly record struct RemovalResult(int Removed, bool HasMore);
