namespace WebhookKit;

/// <summary>Where a delivery (one message to one subscription) stands.</summary>
public enum DeliveryStatus
{
    /// <summary>It waits for its first or next attempt, or is being sent.</summary>
    Waiting,

    /// <summary>The receiver accepted it.</summary>
    Delivered,

    /// <summary>It is dead-lettered: no further attempt is made by itself. See <see cref="DeadReason"/>.</summary>
    Dead,

    /// <summary>It was cancelled before it was accepted: by somebody, or since the subscription was deactivated or removed.</summary>
    Cancelled,
}
