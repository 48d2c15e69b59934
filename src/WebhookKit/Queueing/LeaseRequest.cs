namespace WebhookKit;

/// <summary>What a worker asks for when it leases lanes.</summary>
public sealed record LeaseRequest
{
    /// <summary>A name for the worker, for people who look into the store.</summary>
    public required string Worker { get; init; }

    /// <summary>How many lanes at the most.</summary>
    public required int MaxLanes { get; init; }

    /// <summary>How many deliveries of each lane at the most; further ones come by refill.</summary>
    public required int MaxDeliveriesPerLane { get; init; }

    /// <summary>How long the lease lasts unless it is renewed, counted by the store from the moment it is granted.</summary>
    public required TimeSpan Lease { get; init; }

    /// <summary>How long to wait for a lane to become due when none is; zero answers at once.</summary>
    public TimeSpan MaxWait { get; init; }
}
