namespace WebhookKit.Storage;

/// <summary>A target of an accepted message that has not become a delivery yet; a destination by its id, since the store keeps each once.</summary>
internal readonly record struct PendingTarget(LaneId Lane, SubscriptionId? Subscription, DestinationId? Destination, TimeSpan Delay, AttemptTrigger Trigger)
{
    public static PendingTarget Of(DeliveryTarget target) => new(target.Lane, target.Subscription, target.Destination?.Id, target.Delay, target.Trigger);
}
