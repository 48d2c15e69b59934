namespace WebhookKit;

/// <summary>A lane that this worker, and nobody else, may work until the lease ends.</summary>
public sealed record LeasedLane
{
    /// <summary>The lane.</summary>
    public required LaneId Lane { get; init; }

    /// <summary>The proof to give back when refilling, settling, renewing and releasing.</summary>
    public required LaneToken Token { get; init; }

    /// <summary>What the last holder learnt of the lane.</summary>
    public required LaneState State { get; init; }

    /// <summary>
    /// The deliveries that are due, earliest first; at least one. A lane recovered after its holder's lease expired gives exactly one
    /// until that one is settled:
    /// so that the delivery that brings a process down can be told from the others.
    /// </summary>
    public required IReadOnlyList<LeasedDelivery> Deliveries { get; init; }
}
