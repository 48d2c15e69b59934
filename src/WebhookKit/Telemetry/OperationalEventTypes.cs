namespace WebhookKit;

/// <summary>The names of the operational events. They stay the same within a major version.</summary>
public static class OperationalEventTypes
{
    /// <summary>A subscription was disabled: <see cref="WebhookKit.SubscriptionDisabled"/>.</summary>
    public const string SubscriptionDisabled = "subscription.disabled";

    /// <summary>A subscription was paused: <see cref="WebhookKit.SubscriptionPaused"/>.</summary>
    public const string SubscriptionPaused = "subscription.paused";

    /// <summary>A delivery was dead-lettered: <see cref="WebhookKit.DeliveryExhausted"/>.</summary>
    public const string DeliveryExhausted = "delivery.exhausted";

    /// <summary>A dead-lettered delivery turned out to be accepted: <see cref="WebhookKit.DeliveryRecovered"/>.</summary>
    public const string DeliveryRecovered = "delivery.recovered";
}
