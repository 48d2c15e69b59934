namespace WebhookKit.Testing;

/// <summary>Settlements as a worker makes them, each with a new attempt where one is made.</summary>
public static class Settlements
{
    /// <summary>The receiver accepted it with 200.</summary>
    public static Settlement Delivered(LeasedLane lane, LeasedDelivery delivery) =>
        Settle(lane, delivery, SettlementAction.Delivered, AttemptOutcome.Delivered);

    /// <summary>The receiver refused it with 503; it is to be repeated.</summary>
    public static Settlement Retry(LeasedLane lane, LeasedDelivery delivery, TimeSpan delay) =>
        Settle(lane, delivery, SettlementAction.Retry, AttemptOutcome.RefusedByStatus) with { Delay = delay };

    /// <summary>It is given up as exhausted; with a null outcome no attempt was made.</summary>
    public static Settlement Dead(LeasedLane lane, LeasedDelivery delivery, AttemptOutcome? outcome = AttemptOutcome.RefusedByStatus) =>
        Settle(lane, delivery, SettlementAction.Dead, outcome) with { DeadReason = DeadReason.Exhausted };

    /// <summary>No attempt was made; it is put off.</summary>
    public static Settlement Defer(LeasedLane lane, LeasedDelivery delivery, TimeSpan delay) =>
        Settle(lane, delivery, SettlementAction.Defer, outcome: null) with { Delay = delay };

    /// <summary>No attempt was made; it is given back as it was.</summary>
    public static Settlement Abandon(LeasedLane lane, LeasedDelivery delivery) => Settle(lane, delivery, SettlementAction.Abandon, outcome: null);

    /// <summary>No attempt was made; it ends.</summary>
    public static Settlement Cancel(LeasedLane lane, LeasedDelivery delivery) => Settle(lane, delivery, SettlementAction.Cancel, outcome: null);

    private static Settlement Settle(LeasedLane lane, LeasedDelivery delivery, SettlementAction action, AttemptOutcome? outcome)
    {
        ArgumentNullException.ThrowIfNull(lane);
        ArgumentNullException.ThrowIfNull(delivery);
        return new Settlement
        {
            Delivery = delivery.Id,
            Lane = lane.Lane,
            Token = lane.Token,
            AttemptsMade = delivery.AttemptsMade,
            Action = action,
            Attempt = outcome is null ? null : new Attempt
            {
                Id = Guid.CreateVersion7(),
                Delivery = delivery.Id,
                Number = delivery.AttemptsMade + 1,
                Trigger = delivery.Trigger,
                StartedAt = delivery.DueAt,
                Duration = TimeSpan.FromMilliseconds(20),
                Outcome = outcome.Value,
                StatusCode = outcome == AttemptOutcome.Delivered ? 200 : 503,
            },
        };
    }
}
