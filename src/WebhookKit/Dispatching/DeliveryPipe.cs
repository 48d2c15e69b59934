using WebhookKit.Envelopes;
using WebhookKit.Sending;
using WebhookKit.Subscriptions;
using WebhookKit.Telemetry;

namespace WebhookKit.Dispatching;

/// <summary>
/// The way of one delivery: look its subscription up, render, sign and send, decide. Every failure comes out as a step; what is this node's own fault is
/// never charged to the receiver.
/// </summary>
internal sealed class DeliveryPipe(
    ISubscriptionStore subscriptions, WebhookSubscriptions management, DeliverySettings settings, Renderer renderer,
    WebhookSender sender, LeaseKeeper leases, SettlementRules rules, AttemptObserver observer, QuietLogger logger)
{
    /// <summary>A send starts only while the lease outlasts its timeout by this much: time to settle it.</summary>
    public static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan PausedCheck = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(10);

    /// <summary>How many deliveries to the subscription may be in flight at once; one if it cannot be looked up.</summary>
    public async ValueTask<int> MaxConcurrencyAsync(LeasedDelivery first)
    {
        try
        {
            return settings.MaxConcurrency(await FindTargetAsync(first).ConfigureAwait(false));
        }
        catch (Exception e)
        {
            logger.SubscriptionUnreadable(e, TargetOf(first));
            return 1;
        }
    }

    public async Task<DeliveryStep> DeliverAsync(HandedOut handedOut, HeldLane lane, LeaseClock clock)
    {
        var delivery = handedOut.Delivery;
        try
        {
            var subscription = await FindTargetAsync(delivery).ConfigureAwait(false);
            if (rules.WithoutSending(delivery, lane, subscription, handedOut.Age) is { } settlement)
                return DeliveryStep.Settled(settlement);
            if (subscription!.Status == SubscriptionStatus.Paused)
                return DeliveryStep.Held(PausedCheck);
            var envelope = settings.Envelope(subscription, delivery.Message.EventType);
            if (!await HasTimeAsync(lane, renderer.LongestWait(envelope) + settings.Timeout(subscription)).ConfigureAwait(false))
                return DeliveryStep.Held(FaultPause);
            return DeliveryStep.Settled(await AttemptAsync(handedOut, lane, clock, subscription, envelope).ConfigureAwait(false));
        }
        catch (Exception e)
        {
            logger.DeliveryFailed(e, delivery.Message.PublicId, TargetOf(delivery));
            return DeliveryStep.Settled(SettlementRules.Defer(delivery, lane, FaultPause));
        }
    }

    private ValueTask<Subscription?> FindTargetAsync(LeasedDelivery delivery) => delivery.Destination is { } destination
        ? new(destination.ToSubscription())
        : subscriptions.FindAsync(delivery.Subscription!.Value, CancellationToken.None);

    private static SubscriptionId TargetOf(LeasedDelivery delivery) => delivery.Subscription ?? new SubscriptionId(delivery.Destination!.Id.Value);

    private async Task<Settlement> AttemptAsync(HandedOut handedOut, HeldLane lane, LeaseClock clock, Subscription subscription, Envelope envelope)
    {
        var delivery = handedOut.Delivery;
        var startedAt = clock.Now;
        var number = delivery.AttemptsMade + 1;
        var activity = WebhookActivities.StartAttempt(delivery.Message, subscription.Id, number);
        AttemptResult result;
        try
        {
            result = await SendAsync(delivery.Message, subscription, envelope, clock, lane.Cancelled).ConfigureAwait(false);
        }
        catch
        {
            activity?.Dispose();
            throw;
        }

        // From here on the request may have arrived: whatever else fails, the attempt is settled.
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
        var settlement = Decide(attempt, result, handedOut, lane, subscription);
        observer.Observe(attempt, result, settlement, handedOut, subscription.Id, activity);
        if (settlement.DeadReason == DeadReason.Gone && delivery.Destination is null)
            await DisableAsync(subscription).ConfigureAwait(false);
        return settlement;
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
            logger.PolicyFailed(e, handedOut.Delivery.Message.PublicId, subscription.Id);
            return rules.After(attempt, result.RetryAfter, handedOut.Delivery, lane, subscription, handedOut.Age, RetryPolicy.StandardWebhooks);
        }
    }

    /// <summary>Should it fail, the next delivery is answered 410 too and tries again. The answer counts for the URL that gave it only.</summary>
    private async Task DisableAsync(Subscription asked)
    {
        try
        {
            if (await management.DisableAsync(asked, "The receiver answered 410 Gone.", CancellationToken.None).ConfigureAwait(false))
                logger.DisabledAsGone(asked.Id);
        }
        catch (Exception e)
        {
            logger.DisableFailed(e, asked.Id);
        }
    }

    private async Task<AttemptResult> SendAsync(
        WebhookMessage message, Subscription subscription, Envelope envelope, LeaseClock clock, CancellationToken cancelled)
    {
        var startedAt = clock.Now;
        Rendering rendering;
        try
        {
            rendering = await renderer.RenderAsync(message, envelope, subscription.Metadata, cancelled).ConfigureAwait(false);
        }
        catch (EnvelopeException e)
        {
            return NotRendered(AttemptOutcome.SenderError, nameof(EnvelopeException), e.Message, e.InnerException ?? e);
        }
        catch (OperationCanceledException)
        {
            return NotRendered(AttemptOutcome.Cancelled, ErrorTypes.Cancelled, "The sender stopped the attempt.", fault: null);
        }

        var request = new SendRequest
        {
            Url = new Uri(subscription.Url),
            MessageId = message.PublicId,
            Body = rendering.Body,
            ContentType = envelope.ContentType,
            EnvelopeHeaders = rendering.Headers,
            Timestamp = clock.Now,
            Schemes = settings.Schemes(subscription),
            Secrets = subscription.Secrets,
            Authentication = subscription.Authentication,
            ExtraHeaders = subscription.Headers,
            Timeout = settings.Timeout(subscription),
            Success = settings.Success(subscription),
        };
        return await sender.SendAsync(request, cancelled).ConfigureAwait(false);

        AttemptResult NotRendered(AttemptOutcome outcome, string errorType, string detail, Exception? fault) => new()
        {
            Outcome = outcome, Duration = clock.Now - startedAt, ErrorType = errorType, Detail = detail, Exception = fault,
        };
    }

    /// <summary>Whether the lease surely outlasts a send; if not yet, it is renewed for long enough first.</summary>
    private async ValueTask<bool> HasTimeAsync(HeldLane lane, TimeSpan timeout)
    {
        var needed = timeout + LeaseMargin;
        if (lane.Remaining > needed)
            return true;
        lane.Lengthen(needed * 2);
        await leases.RenewAsync([lane]).ConfigureAwait(false);
        return lane.Remaining > needed && !lane.Cancelled.IsCancellationRequested;
    }
}
