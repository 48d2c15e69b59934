namespace WebhookKit;

/// <summary>Where one message goes: the lane it waits in, and the subscription whose URL, secret and state are read when it is sent.</summary>
public readonly record struct DeliveryTarget
{
    /// <summary>The lane that the delivery waits in.</summary>
    public required LaneId Lane { get; init; }

    /// <summary>The subscription it goes to.</summary>
    public required SubscriptionId Subscription { get; init; }

    /// <summary>How long from now until the first attempt; zero is at once.</summary>
    /// <value>Zero by default.</value>
    public TimeSpan Delay { get; init; }

    /// <summary>Why the first attempt is made.</summary>
    /// <value><see cref="AttemptTrigger.Publish"/> by default.</value>
    public AttemptTrigger Trigger { get; init; }
}
