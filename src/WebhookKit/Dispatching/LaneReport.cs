namespace WebhookKit.Dispatching;

/// <summary>What one delivery of a lane has come to so far; the default one says only that it is time to look again.</summary>
/// <param name="Delivery">The delivery.</param>
/// <param name="Slot">The slot it was sent on.</param>
/// <param name="Stage">How far it has come.</param>
/// <param name="Step">What came of that.</param>
internal readonly record struct LaneReport(DeliveryId Delivery, Slot Slot, DeliveryStage Stage, DeliveryStep Step);
