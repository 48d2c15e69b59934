namespace WebhookKit;

/// <summary>
/// WebhookKit paused a subscription that keeps order without a gap (<see cref="DeliveryOrder.BlockOnExhausted"/>): the retries of its first delivery are used
/// up. Nothing further is sent to it until it is resumed. What people pause is not told.
/// </summary>
public sealed record SubscriptionPaused : OperationalEvent
{
    /// <inheritdoc/>
    public override string Type => OperationalEventTypes.SubscriptionPaused;

    /// <summary>The subscription.</summary>
    public required SubscriptionId Subscription { get; init; }

    /// <summary>Why, and what to do, for people: the subscription's <see cref="WebhookKit.Subscription.StatusReason"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>The delivery that blocks the others.</summary>
    public required DeliveryId Delivery { get; init; }

    /// <summary>Its message, by the id that receivers see.</summary>
    public required string MessageId { get; init; }
}
