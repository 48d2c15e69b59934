namespace WebhookKit.Sqlite.Queue;

/// <summary>A lane that was leased, or is refilled.</summary>
internal readonly record struct GrantedLane(LaneId Lane, LaneToken Token, LaneState State, IReadOnlyList<GrantedDelivery> Deliveries);
