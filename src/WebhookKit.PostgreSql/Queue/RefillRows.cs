namespace WebhookKit.PostgreSql.Queue;

/// <summary>What refills that were read together found.</summary>
/// <param name="Held">The leases that are current, and whether their lanes may give anything.</param>
/// <param name="Due">What is due, by lane.</param>
/// <param name="Ended">What was named as in flight and has ended.</param>
internal sealed record RefillRows(
    Dictionary<(LaneId Lane, LaneToken Token), bool> Held, ILookup<LaneId, DueDelivery> Due, HashSet<DeliveryId> Ended);
