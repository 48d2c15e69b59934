namespace WebhookKit;

/// <summary>Why a delivery stands where it stands: the reasons of a <see cref="DeliveryExplanation"/>.</summary>
public enum DeliveryReason
{
    /// <summary>The receiver accepted it.</summary>
    Delivered,

    /// <summary>It is dead-lettered; see <see cref="DeliveryRecord.DeadReason"/>.</summary>
    Dead,

    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>Its subscription is removed: it is cancelled at its next turn.</summary>
    SubscriptionRemoved,

    /// <summary>Its subscription is inactive: it is cancelled at its next turn.</summary>
    SubscriptionInactive,

    /// <summary>Its subscription is disabled: it is dead-lettered at its next turn.</summary>
    SubscriptionDisabled,

    /// <summary>Its subscription is paused: it waits until somebody resumes it.</summary>
    SubscriptionPaused,

    /// <summary>An attempt failed: it waits for the next.</summary>
    WaitsForRetry,

    /// <summary>It is not due yet: its first attempt was put off, or an attempt was deferred at no charge.</summary>
    NotDueYet,

    /// <summary>It is due, but nothing of its lane is sent for a while: an order, a rate, an endpoint that fails throughout.</summary>
    LaneHeld,

    /// <summary>It is at the head of its lane, which a worker holds: it is being sent, or is about to be.</summary>
    BeingSent,

    /// <summary>It is due, and a worker sends what is before it in its lane.</summary>
    BehindOthers,

    /// <summary>It is due, and a worker is about to take its lane.</summary>
    AboutToBeTaken,

    /// <summary>It has been due for a while and nobody takes its lane: no dispatcher seems to work on this store, or all are at their limits.</summary>
    NobodyTakesIt,
}
