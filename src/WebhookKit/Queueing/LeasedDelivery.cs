using WebhookKit.Messages;

namespace WebhookKit;

/// <summary>A delivery handed to the lane's holder to be attempted once.</summary>
public sealed record LeasedDelivery
{
    /// <summary>The delivery.</summary>
    public required DeliveryId Id { get; init; }

    /// <summary>The subscription it goes to; null for an ad hoc destination.</summary>
    public SubscriptionId? Subscription { get; init; }

    /// <summary>The ad hoc destination it goes to; null for a subscription.</summary>
    public StoredDestination? Destination { get; init; }

    /// <summary>The message to deliver.</summary>
    public required WebhookMessage Message { get; init; }

    /// <summary>How many attempts were counted before this one.</summary>
    public required int AttemptsMade { get; init; }

    /// <summary>How long ago it was enqueued when it was handed out. A duration, so that a step of this process's clock changes nothing.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>When it became due, by the store's clock.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Why this attempt is made.</summary>
    public required AttemptTrigger Trigger { get; init; }

    /// <summary>
    /// How many targets the message was accepted with; null where the store does not say. A body that is made for one alone is not kept for others.
    /// </summary>
    public int? Targets { get; init; }

    /// <summary>Where it goes, for logs and telemetry.</summary>
    internal TargetId Target => new(Subscription, Destination?.Id);
}
