namespace WebhookKit.Subscriptions;

/// <summary>What waits for a subscription, now that its status is another or it is removed.</summary>
internal interface IWaitingDeliveries
{
    /// <summary>Has it looked at again.</summary>
    ValueTask WakeAsync(SubscriptionId subscription);

    /// <summary>Cancels it, unless the subscription is neither inactive nor removed any more.</summary>
    ValueTask CancelAsync(SubscriptionId subscription);
}
