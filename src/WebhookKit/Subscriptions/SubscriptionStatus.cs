namespace WebhookKit;

/// <summary>
/// What a subscription takes, and what becomes of the deliveries that wait for it. A removed subscription has no record any more:
/// its waiting deliveries are cancelled.
/// </summary>
public enum SubscriptionStatus
{
    /// <summary>New events are matched, waiting deliveries are sent.</summary>
    Active,

    /// <summary>New events are matched, and wait with the others until it is active again.</summary>
    Paused,

    /// <summary>New events are not matched, waiting deliveries are cancelled.</summary>
    Inactive,

    /// <summary>
    /// Switched off for a reason, for example because the receiver answered 410: new events are not matched, waiting deliveries are dead-lettered.
    /// </summary>
    Disabled,
}
