namespace WebhookKit;

/// <summary>What the delivery log knows of one delivery.</summary>
public sealed record DeliveryRecord
{
    /// <summary>The delivery.</summary>
    public required DeliveryId Id { get; init; }

    /// <summary>The message's id as receivers see it.</summary>
    public required string MessageId { get; init; }

    /// <summary>The message's tenant; null is the host's own.</summary>
    public string? Tenant { get; init; }

    /// <summary>The message's event type.</summary>
    public required string EventType { get; init; }

    /// <summary>The subscription it goes to; null for an ad hoc destination.</summary>
    public SubscriptionId? Subscription { get; init; }

    /// <summary>The ad hoc destination it goes to; null for a subscription.</summary>
    public StoredDestination? Destination { get; init; }

    /// <summary>The delivery that it repeats, if it was resent or recovered.</summary>
    public DeliveryId? Repeats { get; init; }

    /// <summary>The latest delivery that repeats it, if it was resent or recovered.</summary>
    public DeliveryId? RepeatedAs { get; init; }

    /// <summary>Where it stands.</summary>
    public required DeliveryStatus Status { get; init; }

    /// <summary>Why it is dead, if it is.</summary>
    public DeadReason? DeadReason { get; init; }

    /// <summary>How many attempts were counted; those cut short by the sender are logged but not counted.</summary>
    public required int AttemptsMade { get; init; }

    /// <summary>When it was enqueued, by the store's clock.</summary>
    public required DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>While it waits: when it is due.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>When it ended, if it has.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How the latest attempt ended, if one was made.</summary>
    public AttemptOutcome? LastOutcome { get; init; }

    /// <summary>The status of the latest answer, if there was one.</summary>
    public int? LastStatusCode { get; init; }
}
