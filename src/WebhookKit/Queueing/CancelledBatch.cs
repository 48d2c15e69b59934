namespace WebhookKit;

/// <summary>What one batch of a cancellation came to.</summary>
/// <param name="Cancelled">How many deliveries it cancelled, at the most the limit.</param>
/// <param name="HasMore">Whether there is more to cancel.</param>
public readonly record struct CancelledBatch(int Cancelled, bool HasMore);
