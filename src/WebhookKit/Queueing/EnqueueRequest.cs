namespace WebhookKit;

/// <summary>A message to accept, with everywhere it goes.</summary>
public sealed record EnqueueRequest
{
    /// <summary>The message.</summary>
    public required WebhookMessage Message { get; init; }

    /// <summary>
    /// Where it goes; each becomes one delivery. None at all is allowed: the message is then only logged. More than a thousand in one call may be stored in
    /// chunks: all are accepted at once and wait from then on, their deliveries come to be one chunk after the other.
    /// </summary>
    public required IReadOnlyList<DeliveryTarget> Targets { get; init; }

    /// <summary>What makes a repetition of the publish known; null if it has no key.</summary>
    public IdempotencyKey? Idempotency { get; init; }
}
