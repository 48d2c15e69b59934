namespace WebhookKit.InMemory;

/// <summary>Refuses misuse before anything is changed.</summary>
internal static class RequestChecks
{
    public static void Check(IReadOnlyList<EnqueueRequest> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        foreach (var (message, targets) in messages)
        {
            ArgumentNullException.ThrowIfNull(message, nameof(messages));
            ArgumentNullException.ThrowIfNull(targets, nameof(messages));
            foreach (var target in targets)
                ArgumentOutOfRangeException.ThrowIfLessThan(target.Delay, TimeSpan.Zero, nameof(messages));
        }
    }

    public static void Check(LeaseRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxLanes, 1, nameof(request));
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxDeliveriesPerLane, 1, nameof(request));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(request.Lease, TimeSpan.Zero, nameof(request));
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxWait, TimeSpan.Zero, nameof(request));
    }

    public static void Check(IReadOnlyList<Settlement> settlements)
    {
        ArgumentNullException.ThrowIfNull(settlements);
        foreach (var settlement in settlements)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(settlement.Delay, TimeSpan.Zero, nameof(settlements));
            if (!Enum.IsDefined(settlement.Action))
                throw new ArgumentOutOfRangeException(nameof(settlements), settlement.Action, "There is no such action.");
            if (settlement is { Action: SettlementAction.Dead, DeadReason: null })
                throw new ArgumentException("A delivery that is dead-lettered needs a reason.", nameof(settlements));
        }
    }

    public static void Check(IReadOnlyList<LaneRenewal> lanes)
    {
        ArgumentNullException.ThrowIfNull(lanes);
        foreach (var lane in lanes)
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lane.Lease, TimeSpan.Zero, nameof(lanes));
    }

    public static void Check(IReadOnlyList<LaneRelease> lanes)
    {
        ArgumentNullException.ThrowIfNull(lanes);
        foreach (var lane in lanes)
            ArgumentOutOfRangeException.ThrowIfLessThan(lane.Hold, TimeSpan.Zero, nameof(lanes));
    }
}
