namespace WebhookKit.InMemory;

/// <summary>Whom deliveries go to, shared by them: a subscription, or an ad hoc destination as long as a delivery to it is known.</summary>
internal sealed class Recipient(SubscriptionId? subscription, StoredDestination? destination)
{
    public SubscriptionId? Subscription { get; } = subscription;

    public StoredDestination? Destination { get; } = destination;

    /// <summary>How many deliveries to it the store knows.</summary>
    public int Known { get; set; }
}
