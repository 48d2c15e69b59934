namespace WebhookKit;

/// <summary>
/// A delivery that was dead-lettered already turned out to be accepted: the answer came after another node had given it up. It now counts as delivered.
/// </summary>
public sealed record DeliveryRecovered : OperationalEvent
{
    /// <inheritdoc/>
    public override string Type => OperationalEventTypes.DeliveryRecovered;

    /// <summary>The delivery.</summary>
    public required DeliveryId Delivery { get; init; }

    /// <summary>Its message, by the id that receivers see.</summary>
    public required string MessageId { get; init; }

    /// <summary>The event type of its message.</summary>
    public required string EventType { get; init; }

    /// <summary>The subscription it was for; null for an ad hoc destination.</summary>
    public SubscriptionId? Subscription { get; init; }

    /// <summary>The ad hoc destination it was for; null for a subscription.</summary>
    public DestinationId? Destination { get; init; }
}
