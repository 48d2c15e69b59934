namespace WebhookKit.Testing;

/// <summary>A delivery that still waits, and why.</summary>
/// <param name="Delivery">The delivery.</param>
/// <param name="Why">Why it waits, for people.</param>
public sealed record WaitingDelivery(DeliveryRecord Delivery, string Why)
{
    /// <summary>The message, its event type and where it goes, and why it waits.</summary>
    public override string ToString() =>
        $"{Delivery.MessageId} ({Delivery.EventType}) to {Delivery.Subscription?.ToString() ?? Delivery.Destination?.Settings.Url}: {Why}";
}
