using System.Runtime.CompilerServices;
using WebhookKit.Composing;
using WebhookKit.Sending;
using WebhookKit.Subscriptions;
using WebhookKit.Telemetry;

namespace WebhookKit.Dispatching;

/// <summary>
/// The way of one delivery: look its subscription up, render, sign and send, decide. Every failure comes out as a step; what is this node's own fault is
/// never charged to the receiver.
/// </summary>
internal sealed class DeliveryPipe(
    ISubscriptionStore subscriptions, WebhookSubscriptions management, DeliverySettings settings, RequestComposer composer,
    MessageSender messages, LeaseKeeper leases, SettlementRules rules, AttemptObserver observer, OperationalEvents events, QuietLogger logger)
{
    /// <summary>A send starts only while the lease outlasts its timeout by this much: time to settle it.</summary>
    public static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan PausedCheck = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(10);

    /// <summary>How the lane of this delivery is to be worked; one by one if its subscription cannot be looked up.</summary>
    public async ValueTask<LaneMode> ModeAsync(LeasedDelivery first)
    {
        try
        {
            var subscription = await FindTargetAsync(first).ConfigureAwait(false);
            return IsSentInOrder(subscription) ? LaneMode.OneByOne : new LaneMode(settings.MaxConcurrency(subscription), InOrder: false);
        }
        catch (Exception e)
        {
            logger.SubscriptionUnreadable(e, first.Target);
            return LaneMode.OneByOne;
        }
    }

    /// <summary>Takes a delivery of a lane through.</summary>
    /// <param name="handedOut">The delivery.</param>
    /// <param name="lane">Its lane.</param>
    /// <param name="clock">The store's clock.</param>
    /// <param name="inOrder">Whether nothing else of the lane is in flight.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<DeliveryStep> DeliverAsync(HandedOut handedOut, HeldLane lane, LeaseClock clock, bool inOrder)
    {
        var delivery = handedOut.Delivery;
        using var scope = AttemptScope.Begin(delivery, logger);
        Subscription? subscription = null;
        try
        {
            subscription = await FindTargetAsync(delivery).ConfigureAwait(false);
            if (rules.WithoutSending(delivery, lane, subscription, handedOut.Age) is { } settlement)
                return DeliveryStep.Settled(settlement) with { KeepsPlace = inOrder };
            if (subscription!.Status == SubscriptionStatus.Paused)
                return DeliveryStep.Held(PausedCheck);
            // It has come to keep order while others of its lane may be in flight.
            if (IsSentInOrder(subscription) && !inOrder)
                return DeliveryStep.Left with { EndsLease = true };
            if (!await HasTimeAsync(lane, composer.LongestTime(subscription, delivery.Message.EventType)).ConfigureAwait(false))
                return DeliveryStep.Held(FaultPause);
            var step = await AttemptAsync(handedOut, lane, clock, subscription, scope).ConfigureAwait(false);
            return step with { EndsLease = inOrder != IsSentInOrder(subscription) };
        }
        catch (Exception e)
        {
            logger.DeliveryFailed(e, delivery.Message.PublicId, delivery.Target);
            return subscription is null ? DeliveryStep.Held(FaultPause) : Step(SettlementRules.Defer(delivery, lane, FaultPause), subscription);
        }
    }

    private static bool IsSentInOrder(Subscription? s) =>
        s is { Order: not DeliveryOrder.None, Status: SubscriptionStatus.Active or SubscriptionStatus.Paused };

    private static DeliveryStep Step(Settlement settlement, Subscription subscription)
    {
        var inOrder = SettlementRules.InOrder(settlement, subscription.Order);
        return DeliveryStep.Settled(inOrder) with
        {
            KeepsPlace = subscription.Order != DeliveryOrder.None,
            Blocks = settlement.DeadReason is not null && inOrder.DeadReason is null ? subscription : null,
        };
    }

    private ValueTask<Subscription?> FindTargetAsync(LeasedDelivery delivery) => delivery.Destination is { } destination
        ? new(destination.ToSubscription())
        : subscriptions.FindAsync(delivery.Subscription!.Value, CancellationToken.None);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<DeliveryStep> AttemptAsync(
        HandedOut handedOut, HeldLane lane, LeaseClock clock, Subscription subscription, AttemptScope? scope)
    {
        var delivery = handedOut.Delivery;
        var startedAt = clock.Now;
        var number = delivery.AttemptsMade + 1;
        var activity = WebhookActivities.StartAttempt(delivery.Message, delivery.Id, delivery.Target, number);
        AttemptResult result;
        try
        {
            result = delivery.Destination?.Fault is { } fault
                ? MessageSender.Unsendable(fault)
                : await messages.SendAsync(delivery.Message, subscription, delivery.Targets != 1, clock.Reader, lane.Cancelled).ConfigureAwait(false);
        }
        catch
        {
            activity?.Dispose();
            throw;
        }

        // From here on the request may have arrived: whatever else fails, the attempt is settled.
        scope?.Ended(result.Outcome);
        var attempt = new Attempt
        {
            Id = Guid.CreateVersion7(startedAt),
            Delivery = delivery.Id,
            Number = number,
            Trigger = delivery.Trigger,
            StartedAt = startedAt,
            Duration = result.Duration,
            Outcome = result.Outcome,
            StatusCode = result.StatusCode,
            ResponseBody = result.ResponseBody,
            Detail = result.Detail,
        };
        var step = Step(Decide(attempt, result, handedOut, lane, subscription), subscription);
        observer.Observe(attempt, result, step.Settlement!, handedOut, activity);
        if (step.Settlement!.DeadReason == DeadReason.Gone && delivery.Destination is null)
            await DisableAsync(subscription, clock).ConfigureAwait(false);
        return step;
    }

    /// <summary>A policy of the host's that throws must not undo an attempt that was made.</summary>
    private Settlement Decide(Attempt attempt, AttemptResult result, HandedOut handedOut, HeldLane lane, Subscription subscription)
    {
        try
        {
            return rules.After(attempt, result.RetryAfter, handedOut.Delivery, lane, subscription, handedOut.Age);
        }
        catch (Exception e)
        {
            logger.PolicyFailed(e, handedOut.Delivery.Message.PublicId, handedOut.Delivery.Target);
            return rules.After(attempt, result.RetryAfter, handedOut.Delivery, lane, subscription, handedOut.Age, RetryPolicy.StandardWebhooks);
        }
    }

    /// <summary>Should it fail, the next delivery is answered 410 too and tries again. The answer counts for the URL that gave it only.</summary>
    private async Task DisableAsync(Subscription asked, LeaseClock clock)
    {
        const string reason = "The receiver answered 410 Gone.";
        try
        {
            if (!await management.DisableAsync(asked, reason, CancellationToken.None).ConfigureAwait(false))
                return;
            logger.DisabledAsGone(asked.Id);
            events.Raise(new SubscriptionDisabled { OccurredAt = clock.Now, Tenant = asked.Tenant, Subscription = asked.Id, Reason = reason });
        }
        catch (Exception e)
        {
            logger.DisableFailed(e, asked.Id);
        }
    }

    /// <summary>Whether the lease surely outlasts a send; if not yet, it is renewed for long enough first.</summary>
    private ValueTask<bool> HasTimeAsync(HeldLane lane, TimeSpan longest)
    {
        var needed = longest + LeaseMargin;
        return lane.Remaining > needed ? ValueTask.FromResult(true) : RenewForAsync(lane, needed);
    }

    private async ValueTask<bool> RenewForAsync(HeldLane lane, TimeSpan needed)
    {
        lane.Lengthen(needed * 2);
        await leases.RenewAsync([lane]).ConfigureAwait(false);
        return lane.Remaining > needed && !lane.Cancelled.IsCancellationRequested;
    }
}
