namespace WebhookKit.Subscriptions;

/// <summary>Has what waits for a subscription looked at again, now that its status is another.</summary>
internal interface ILaneWaker
{
    ValueTask WakeAsync(SubscriptionId subscription);
}
