namespace WebhookKit;

/// <summary>
/// What a subscription takes, and what becomes of the deliveries that wait for it. A removed subscription has no record any more: what waits for it is
/// cancelled at once, like that of an inactive one.
/// </summary>
public enum SubscriptionStatus
{
    /// <summary>New events are matched, waiting deliveries are sent.</summary>
    Active,

    /// <summary>New events are matched, and wait with the others until it is active again.</summary>
    Paused,

    /// <summary>
    /// New events are not matched. What waits is cancelled at once, also what is being sent at this moment, unless the receiver accepts it; what is cancelled
    /// stays so if it becomes active again. An event that was matched before, and is enqueued later, is cancelled at its turn.
    /// </summary>
    Inactive,

    /// <summary>
    /// Switched off for a reason, for example because the receiver answered 410: new events are not matched, and what waits is dead-lettered, each at its turn.
    /// If it becomes active again before, what still waits is sent; what is dead-lettered can be recovered.
    /// </summary>
    Disabled,
}
