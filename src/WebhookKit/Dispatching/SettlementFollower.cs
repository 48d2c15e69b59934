using WebhookKit.Subscriptions;
using WebhookKit.Telemetry;

namespace WebhookKit.Dispatching;

/// <summary>Sees to what follows from a settlement once the store has answered.</summary>
internal sealed class SettlementFollower(
    LeaseKeeper leases, WebhookSubscriptions management, OperationalEvents events, QuietLogger logger)
{
    /// <summary>How long a lane rests whose subscription could not be paused; then its head is tried again.</summary>
    private static readonly TimeSpan BlockedRest = TimeSpan.FromMinutes(1);

    /// <summary>
    /// What an answer comes to if nothing more is to be seen to, as nearly always; null if <see cref="FollowAsync"/> is to do it. Neither waits nor calls code
    /// of the host's.
    /// </summary>
    /// <param name="step">What the pass came to; it has a settlement.</param>
    /// <param name="answer">What the store said.</param>
    public DeliveryStep? TryFollow(in DeliveryStep step, SettlementBatcher.Answer? answer) =>
        answer is { Result: SettleOutcome.Applied } known && step.Blocks is null && !events.IsObserved
            ? new DeliveryStep { HasEnded = known.IsEnd }
            : null;

    /// <summary>
    /// Follows an answer up. What is stale means that the lane is somebody else's; what the store refuses lets the lane rest, or it would be sent again at once.
    /// </summary>
    /// <param name="step">What the pass came to; it has a settlement.</param>
    /// <param name="answer">What the store said; null if it refuses the settlement.</param>
    /// <param name="handedOut">The delivery.</param>
    /// <param name="lane">Its lane.</param>
    /// <param name="clock">The store's clock.</param>
    public ValueTask<DeliveryStep> FollowAsync(
        DeliveryStep step, SettlementBatcher.Answer? answer, HandedOut handedOut, HeldLane lane, LeaseClock clock)
    {
        if (answer is not { } known)
            return ValueTask.FromResult(DeliveryStep.Held(SettlementBatcher.RefusedPause));
        if (known.Result == SettleOutcome.Stale)
            leases.Lose(lane);
        if (events.IsObserved)
            Tell(known, step.Settlement!, handedOut.Delivery, clock.Now);
        var settled = new DeliveryStep { HasEnded = known.IsEnd };
        // Only now: had another node taken the lane meanwhile, this attempt would have decided nothing.
        return step.Blocks is { } subscription && known.Result == SettleOutcome.Applied
            ? BlockAsync(subscription, settled, step.Settlement!, handedOut.Delivery, clock)
            : ValueTask.FromResult(settled);
    }

    private async ValueTask<DeliveryStep> BlockAsync(
        Subscription subscription, DeliveryStep settled, Settlement settlement, LeasedDelivery delivery, LeaseClock clock) =>
        await IsPausedAsync(subscription, settlement, delivery, clock).ConfigureAwait(false) ? settled : DeliveryStep.Held(BlockedRest);

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
