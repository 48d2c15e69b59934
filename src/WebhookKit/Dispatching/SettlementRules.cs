using WebhookKit.Retry;

namespace WebhookKit.Dispatching;

/// <summary>Decides how a delivery is settled: from its subscription alone, or from the attempt that was made. Does nothing itself.</summary>
internal sealed class SettlementRules(DeliverySettings settings, RetryJitter jitter)
{
    /// <summary>The settlement of a delivery that is not to be sent at all; null if it is.</summary>
    public Settlement? WithoutSending(LeasedDelivery delivery, HeldLane lane, Subscription? subscription, TimeSpan age)
    {
        // An id that was used again is another subscription: what waits for one tenant never goes to the next.
        if (subscription is null || !string.Equals(subscription.Tenant, delivery.Message.Tenant, StringComparison.Ordinal)
            || subscription.Status == SubscriptionStatus.Inactive)
            return Settle(delivery, lane, SettlementAction.Cancel);
        if (subscription.Status == SubscriptionStatus.Disabled)
            return Settle(delivery, lane, SettlementAction.Dead) with { DeadReason = DeadReason.Disabled };
        if (age > settings.MaxAge)
            return Settle(delivery, lane, SettlementAction.Dead) with { DeadReason = DeadReason.Expired };
        return null;
    }

    /// <summary>The settlement after an attempt.</summary>
    public Settlement After(Attempt attempt, TimeSpan? retryAfter, LeasedDelivery delivery, HeldLane lane, Subscription subscription, TimeSpan age) =>
        After(attempt, retryAfter, delivery, lane, subscription, age, settings.Retry(subscription, delivery.Message.EventType));

    /// <summary>The settlement after an attempt, by this policy.</summary>
    public Settlement After(
        Attempt attempt, TimeSpan? retryAfter, LeasedDelivery delivery, HeldLane lane, Subscription subscription, TimeSpan age, RetryPolicy policy)
    {
        if (attempt.Outcome == AttemptOutcome.Delivered)
            return Settle(delivery, lane, SettlementAction.Delivered, attempt);
        if (attempt.Outcome == AttemptOutcome.Cancelled)
            return Settle(delivery, lane, SettlementAction.Abandon, attempt);
        var decision = policy.Decide(new RetryContext
        {
            AttemptsMade = attempt.Number,
            Outcome = attempt.Outcome,
            StatusCode = attempt.StatusCode,
            RetryAfter = retryAfter,
            RespectRetryAfter = settings.RespectRetryAfter(subscription),
            EndOnGone = settings.DisableOnGone(subscription),
            SinceEnqueued = age,
            MaxAge = settings.MaxAge,
            JitterFraction = jitter.Next(),
        });
        var settlement = decision.Action switch
        {
            RetryAction.Retry => Settle(delivery, lane, SettlementAction.Retry) with { Delay = decision.Delay },
            RetryAction.Defer => Defer(delivery, lane, decision.Delay),
            _ => Settle(delivery, lane, SettlementAction.Dead) with { DeadReason = decision.Reason },
        };
        return settlement with { Attempt = attempt };
    }

    /// <summary>
    /// The same settlement for a subscription of this order. In order, what is tried again keeps its place and holds the lane; what may not be skipped when its
    /// retries are used up stays too.
    /// </summary>
    public static Settlement InOrder(Settlement settlement, DeliveryOrder order) => (order, settlement) switch
    {
        (DeliveryOrder.None, _) => settlement,
        (DeliveryOrder.BlockOnExhausted, { DeadReason: DeadReason.Exhausted }) =>
            settlement with { Action = SettlementAction.Retry, Delay = TimeSpan.Zero, DeadReason = null, HoldsLane = true },
        (_, { Action: SettlementAction.Retry or SettlementAction.Defer }) => settlement with { HoldsLane = true },
        _ => settlement,
    };

    /// <summary>Due again later, without counting an attempt.</summary>
    public static Settlement Defer(LeasedDelivery delivery, HeldLane lane, TimeSpan delay) =>
        Settle(delivery, lane, SettlementAction.Defer) with { Delay = delay };

    private static Settlement Settle(LeasedDelivery delivery, HeldLane lane, SettlementAction action, Attempt? attempt = null) => new()
    {
        Delivery = delivery.Id, Lane = lane.Lane, Token = lane.Token, AttemptsMade = delivery.AttemptsMade, Action = action, Attempt = attempt,
    };
}
