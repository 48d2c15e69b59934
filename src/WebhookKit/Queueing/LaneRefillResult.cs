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
}
