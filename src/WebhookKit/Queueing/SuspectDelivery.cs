using WebhookKit.Messages;

namespace WebhookKit;

/// <summary>
/// A delivery that the store itself dead-lettered (<see cref="DeadReason.Suspect"/>): the process that sent it died, or lost its lease, three times in a row.
/// </summary>
public sealed record SuspectDelivery
{
    /// <summary>The delivery.</summary>
    public required DeliveryId Id { get; init; }

    /// <summary>Its message, by the id that receivers see.</summary>
    public required string MessageId { get; init; }

    /// <summary>The tenant of its message; null for the host's own.</summary>
    public string? Tenant { get; init; }

    /// <summary>The event type of its message.</summary>
    public required string EventType { get; init; }

    /// <summary>The subscription it was for; null for an ad hoc destination.</summary>
    public SubscriptionId? Subscription { get; init; }

    /// <summary>The ad hoc destination it was for; null for a subscription.</summary>
    public DestinationId? Destination { get; init; }

    /// <summary>How many attempts were counted.</summary>
    public required int AttemptsMade { get; init; }

    /// <summary>Where it was to go, for logs.</summary>
    internal TargetId Target => new(Subscription, Destination);
}
