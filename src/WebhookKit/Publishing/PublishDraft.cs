namespace WebhookKit.Publishing;

/// <summary>An event on its way to the queue: the message, and what was said about who gets it.</summary>
internal sealed class PublishDraft
{
    public required WebhookMessage Message { get; init; }

    /// <summary>The event as subscriptions see it.</summary>
    public required EventToMatch Event { get; init; }

    public required IdempotencyKey? Idempotency { get; init; }

    /// <summary>The ad hoc destinations, each once.</summary>
    public required IReadOnlyList<StoredDestination> Destinations { get; init; }

    /// <summary>Whether it goes to those who are named, rather than to whoever matches.</summary>
    public bool IsAddressed => Message.IsAddressed;

    /// <summary>Whether the publisher wants to know why it goes to nobody, should it.</summary>
    public required bool Explain { get; init; }

    /// <summary>The subscriptions that are named, each once.</summary>
    public IReadOnlyList<Subscription> Named { get; set; } = [];

    public EnqueueRequest ToRequest(IReadOnlyList<DeliveryTarget> targets) => new() { Message = Message, Targets = targets, Idempotency = Idempotency };
}
