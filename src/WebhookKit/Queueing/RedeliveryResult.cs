namespace WebhookKit;

/// <summary>What became of one <see cref="Redelivery"/>.</summary>
/// <param name="Outcome">Whether a delivery was added.</param>
/// <param name="Delivery">The new delivery, or for one that was repeated before the delivery that it was repeated as; null if there is none.</param>
public readonly record struct RedeliveryResult(RedeliveryOutcome Outcome, DeliveryId? Delivery);
