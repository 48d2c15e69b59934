namespace WebhookKit;

/// <summary>
/// A delivery was dead-lettered: no further attempt is made unless somebody asks for one. One that the store itself dead-letters, because the process that
/// sends it dies each time (<see cref="DeadReason.Suspect"/>), is told by the node that comes upon it.
/// </summary>
public sealed record DeliveryExhausted : OperationalEvent
{
    /// <inheritdoc/>
    public override string Type => OperationalEventTypes.DeliveryExhausted;

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

    /// <summary>Why it was dead-lettered.</summary>
    public required DeadReason Reason { get; init; }

    /// <summary>How many attempts were counted.</summary>
    public required int Attempts { get; init; }

    /// <summary>How the attempt ended that decided it; null if it was dead-lettered without one.</summary>
    public AttemptOutcome? LastOutcome { get; init; }

    /// <summary>The status of the answer to that attempt, if there was one.</summary>
    public int? LastStatusCode { get; init; }
}
