namespace WebhookKit.Sqlite.Queue;

/// <summary>What a refill found.</summary>
internal sealed record GrantedRefill(LaneId Lane, bool Lost, IReadOnlyList<GrantedDelivery> Deliveries, IReadOnlyList<DeliveryId> Ended, long Now);
