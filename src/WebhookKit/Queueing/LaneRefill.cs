namespace WebhookKit;

/// <summary>Asks for further deliveries of a lane that the worker holds.</summary>
public sealed record LaneRefill
{
    /// <summary>The lane.</summary>
    public required LaneId Lane { get; init; }

    /// <summary>The lease's token.</summary>
    public required LaneToken Token { get; init; }

    /// <summary>How many deliveries at the most; zero asks only for what has <see cref="LaneRefillResult.Ended"/>.</summary>
    public required int Quota { get; init; }

    /// <summary>The deliveries that the worker still holds: waiting, being sent, or not yet settled. They are not given out again.</summary>
    public required IReadOnlyList<DeliveryId> InFlight { get; init; }

    /// <summary>
    /// The latest <see cref="LeasedDelivery.DueAt"/> this lease has seen. A store may start reading there, less one second for what committed late;
    /// whatever that overlooks is found when the lane is released. Null reads from the beginning.
    /// </summary>
    public DateTimeOffset? LowWater { get; init; }
}
