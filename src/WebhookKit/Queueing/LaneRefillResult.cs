namespace WebhookKit;

/// <summary>The answer to one <see cref="LaneRefill"/>.</summary>
public sealed record LaneRefillResult
{
    /// <summary>The lane.</summary>
    public required LaneId Lane { get; init; }

    /// <summary>Whether the token is no longer the lane's: somebody else may hold it, and nothing is given out.</summary>
    public required bool Lost { get; init; }

    /// <summary>Further due deliveries, earliest first.</summary>
    public required IReadOnlyList<LeasedDelivery> Deliveries { get; init; }

    /// <summary>
    /// Of the deliveries that the refill named as in flight, those that no longer wait: cancelled, erased, or ended by an earlier holder of the lane. What was
    /// not started of them must not be. Whatever the quota was, all of them are told.
    /// </summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<DeliveryId> Ended { get; init; } = [];
}
