namespace WebhookKit;

/// <summary>
/// The end of one leased delivery. Settling is idempotent on the attempt's id, so that a settlement whose outcome is unknown is simply repeated.
/// All but <see cref="SettlementAction.Delivered"/> apply only with the lane's current token and the expected number of attempts.
/// </summary>
public sealed record Settlement
{
    /// <summary>The delivery.</summary>
    public required DeliveryId Delivery { get; init; }

    /// <summary>The lane it was leased from.</summary>
    public required LaneId Lane { get; init; }

    /// <summary>The token it was leased with.</summary>
    public required LaneToken Token { get; init; }

    /// <summary>How many attempts were counted when it was leased (<see cref="LeasedDelivery.AttemptsMade"/>).</summary>
    public required int AttemptsMade { get; init; }

    /// <summary>What is to become of it.</summary>
    public required SettlementAction Action { get; init; }

    /// <summary>For <see cref="SettlementAction.Retry"/> and <see cref="SettlementAction.Defer"/>: how long from now until it is due again.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>
    /// For <see cref="SettlementAction.Retry"/> and <see cref="SettlementAction.Defer"/> in a lane that keeps order: the delivery keeps its place at the
    /// head, due as before, and the whole lane is held for <see cref="Delay"/> instead, whoever releases it: nothing of it is leased or refilled. Neither
    /// <see cref="IDeliveryQueue.WakeAsync"/> ends this hold, nor a lease that expires; it ends early only when the delivery ends. A lane has one such hold: a
    /// further one takes its place.
    /// </summary>
    public bool HoldsLane { get; init; }

    /// <summary>For <see cref="SettlementAction.Dead"/>: why.</summary>
    public DeadReason? DeadReason { get; init; }

    /// <summary>The attempt to log, if one was made. Logged even when the settlement is stale.</summary>
    public Attempt? Attempt { get; init; }
}
