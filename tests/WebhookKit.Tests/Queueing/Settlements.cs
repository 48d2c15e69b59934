namespace WebhookKit.Tests.Queueing;

/// <summary>Settlements as a worker makes them, each with a new attempt where one is made.</summary>
internal static class Settlements
{
    public static Settlement Delivered(LeasedLane lane, LeasedDelivery delivery) =>
        Settle(lane, delivery, SettlementAction.Delivered, AttemptOutcome.Delivered);

    public static Settlement Retry(LeasedLane lane, LeasedDelivery delivery, TimeSpan delay) =>
        Settle(lane, delivery, SettlementAction.Retry, AttemptOutcome.RefusedByStatus) with { Delay = delay };

    public static Settlement Dead(LeasedLane lane, LeasedDelivery delivery, AttemptOutcome? outcome = AttemptOutcome.RefusedByStatus) =>
        Settle(lane, delivery, SettlementAction.Dead, outcome) with { DeadReason = DeadReason.Exhausted };

    public static Settlement Defer(LeasedLane lane, LeasedDelivery delivery, TimeSpan delay) =>
        Settle(lane, delivery, SettlementAction.Defer, outcome: null) with { Delay = delay };

    public static Settlement Abandon(LeasedLane lane, LeasedDelivery delivery) => Settle(lane, delivery, SettlementAction.Abandon, outcome: null);

    public static Settlement Cancel(LeasedLane lane, LeasedDelivery delivery) => Settle(lane, delivery, SettlementAction.Cancel, outcome: null);

    private static Settlement Settle(LeasedLane lane, LeasedDelivery delivery, SettlementAction action, AttemptOutcome? outcome) => new()
    {
        Delivery = delivery.Id,
        Lane = lane.Lane,
        Token = lane.Token,
        AttemptsMade = delivery.AttemptsMade,
        Action = action,
        Attempt = outcome is null ? null : new Attempt
        {
            Id = Guid.NewGuid(),
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
