using WebhookKit.Subscriptions;
using WebhookKit.Telemetry;

namespace WebhookKit.Dispatching;

/// <summary>Settles what a pass through the pipe came to, and sees to what follows from it once the store has taken it.</summary>
internal sealed class StepSettler(
    SettlementBatcher settlements, LeaseKeeper leases, WebhookSubscriptions management, OperationalEvents events, QuietLogger logger)
{
    /// <summary>How long a lane rests whose subscription could not be paused; then its head is tried again.</summary>
    private static readonly TimeSpan BlockedRest = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Settles. What is stale means that the lane is somebody else's; what the store refuses lets the lane rest, or it would be sent again at once.
    /// </summary>
    public async Task<DeliveryStep> SettleAsync(DeliveryStep step, HandedOut handedOut, HeldLane lane, LeaseClock clock)
    {
        if (step.Settlement is not { } settlement)
            return DeliveryStep.Left;
        if (await settlements.SettleAsync(settlement, step.KeepsPlace).ConfigureAwait(false) is not { } answer)
            return DeliveryStep.Held(SettlementBatcher.RefusedPause);
        if (answer.Result == SettleOutcome.Stale)
            leases.Lose(lane);
        if (events.IsObserved)
            Tell(answer, settlement, handedOut.Delivery, clock.Now);
        // Only now: had another node taken the lane meanwhile, this attempt would have decided nothing.
        if (step.Blocks is { } subscription && answer.Result == SettleOutcome.Applied
            && !await IsPausedAsync(subscription, settlement, handedOut.Delivery, clock).ConfigureAwait(false))
            return DeliveryStep.Held(BlockedRest);
        return new DeliveryStep { HasEnded = answer.IsEnd };
    }

    /// <summary>False if it failed. One that somebody changed meanwhile is left as it is: the head is looked at again under the new settings.</summary>
    private async Task<bool> IsPausedAsync(Subscription subscription, Settlement settlement, LeasedDelivery delivery, LeaseClock clock)
    {
        var messageId = delivery.Message.PublicId;
        var last = settlement.Attempt is { } attempt ? $"; the last attempt ended as {attempt.Outcome} {attempt.StatusCode}".TrimEnd() : "";
        var reason = $"{messageId} ({delivery.Id}) was tried as often as its retries allow{last}. Its order is kept, so nothing follows it: "
            + "resume the subscription to try it again, or cancel the delivery first to go on without it.";
        try
        {
            if (!await management.PauseAsync(subscription, reason, CancellationToken.None).ConfigureAwait(false))
                return true;
            logger.PausedForOrder(subscription.Id, messageId, delivery.Id);
            events.Raise(new SubscriptionPaused
            {
                OccurredAt = clock.Now, Tenant = subscription.Tenant, Subscription = subscription.Id, Reason = reason,
                Delivery = delivery.Id, MessageId = messageId,
            });
            return true;
        }
        catch (Exception e)
        {
            logger.PauseFailed(e, subscription.Id, messageId);
            return false;
        }
    }

    private void Tell(SettlementBatcher.Answer answer, Settlement settlement, LeasedDelivery delivery, DateTimeOffset now)
    {
        if (answer is { Action: SettlementAction.Dead, Result: SettleOutcome.Applied })
            events.Raise(new DeliveryExhausted
            {
                OccurredAt = now,
                Tenant = delivery.Message.Tenant,
                Delivery = delivery.Id,
                MessageId = delivery.Message.PublicId,
                EventType = delivery.Message.EventType,
                Subscription = delivery.Subscription,
                Destination = delivery.Destination?.Id,
                Reason = settlement.DeadReason!.Value,
                Attempts = settlement.Attempt is { Outcome: not (AttemptOutcome.Cancelled or AttemptOutcome.SenderError) } counted
                    ? counted.Number : delivery.AttemptsMade,
                LastOutcome = settlement.Attempt?.Outcome,
                LastStatusCode = settlement.Attempt?.StatusCode,
            });
        else if (answer.Result == SettleOutcome.Recovered)
            events.Raise(new DeliveryRecovered
            {
                OccurredAt = now,
                Tenant = delivery.Message.Tenant,
                Delivery = delivery.Id,
                MessageId = delivery.Message.PublicId,
                EventType = delivery.Message.EventType,
                Subscription = delivery.Subscription,
                Destination = delivery.Destination?.Id,
            });
    }
}
