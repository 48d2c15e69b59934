namespace WebhookKit;

/// <summary>Why a delivery stands where it stands, at the moment of asking.</summary>
public sealed record DeliveryExplanation
{
    /// <summary>The delivery.</summary>
    public required DeliveryRecord Delivery { get; init; }

    /// <summary>The reason, for programs.</summary>
    public required DeliveryReason Reason { get; init; }

    /// <summary>The reason in one or two sentences, for people.</summary>
    public required string Text { get; init; }

    /// <summary>When it is attempted next, at the earliest, by the store's clock; null if it has ended, or only somebody's action brings it on.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }
}
