namespace WebhookKit;

/// <summary>
/// Where one message goes: the lane it waits in, and the subscription whose URL, secret and state are read when it is sent, or else the ad hoc destination.
/// Exactly one of the two is given.
/// </summary>
public readonly record struct DeliveryTarget
{
    /// <summary>The lane that the delivery waits in.</summary>
    public required LaneId Lane { get; init; }

    /// <summary>The subscription it goes to; null for an ad hoc destination.</summary>
    public SubscriptionId? Subscription { get; init; }

    /// <summary>The ad hoc destination it goes to; null for a subscription. The store keeps each once, as long as it knows a delivery to it.</summary>
    public StoredDestination? Destination { get; init; }

    /// <summary>How long from now until the first attempt; zero is at once.</summary>
    /// <value>Zero by default.</value>
    public TimeSpan Delay { get; init; }

    /// <summary>Why the first attempt is made.</summary>
    /// <value><see cref="AttemptTrigger.Publish"/> by default.</value>
    public AttemptTrigger Trigger { get; init; }

    /// <summary>The target of a subscription, in the subscription's own lane.</summary>
    public static DeliveryTarget To(SubscriptionId subscription) => new() { Lane = LaneId.Of(subscription), Subscription = subscription };

    /// <summary>The target of an ad hoc destination, in the lane of its tenant and origin.</summary>
    public static DeliveryTarget To(StoredDestination destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return new() { Lane = LaneId.Of(destination), Destination = destination };
    }
}
