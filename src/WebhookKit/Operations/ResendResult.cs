namespace WebhookKit;

/// <summary>What became of one resend.</summary>
/// <param name="Outcome">Whether it was sent again.</param>
/// <param name="Delivery">The new delivery; null if there is none.</param>
public readonly record struct ResendResult(ResendOutcome Outcome, DeliveryId? Delivery);
