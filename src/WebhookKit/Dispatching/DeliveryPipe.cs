using System.Diagnostics;
using Microsoft.Extensions.Logging;
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
    ISubscriptionStore subscriptions, WebhookSubscriptions management, DeliverySettings settings, EventCatalog catalog, RenderingCache renderings, WebhookSender sender,
    LeaseKeeper leases, SettlementRules rules, WebhookMetrics metrics, ILogger<DeliveryPipe> logger)
{
    /// <summary>A send starts only while the lease outlasts its timeout by this much: time to settle it.</summary>
    public static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan PausedCheck = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(10);

    /// <summary>How many deliveries to the subscription may be in flight at once; one if it cannot be looked up.</summary>
    public async ValueTask<int> MaxConcurrencyAsync(SubscriptionId id)
    {
        try
        {
            return settings.MaxConcurrency(await subscriptions.FindAsync(id, CancellationToken.None).ConfigureAwait(false));
        }
        catch (Exception e)
        {
            logger.SubscriptionUnreadable(e, id);
            return 1;
        }
    }

    public async Task<DeliveryStep> DeliverAsync(LeasedDelivery delivery, HeldLane lane, LeaseClock clock)
    {
        try
        {
            var subscription = await subscriptions.FindAsync(delivery.Subscription, CancellationToken.None).ConfigureAwait(false);
            if (rules.WithoutSending(delivery, lane, subscription, clock.Now) is { } settlement)
                return new DeliveryStep(settlement, Outcome: null, Hold: TimeSpan.Zero);
            if (subscription!.Status == SubscriptionStatus.Paused)
                return DeliveryStep.Held(PausedCheck);
            if (!await HasTimeAsync(lane, settings.Timeout(subscription)).ConfigureAwait(false))
                return DeliveryStep.Left;
            return await AttemptAsync(delivery, lane, clock, subscription).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            logger.DeliveryFailed(e, delivery.Message.PublicId, delivery.Subscription);
            return new DeliveryStep(SettlementRules.Defer(delivery, lane, FaultPause), Outcome: null, Hold: TimeSpan.Zero);
        }
    }

    private async Task<DeliveryStep> AttemptAsync(LeasedDelivery delivery, HeldLane lane, LeaseClock clock, Subscription subscription)
    {
        var startedAt = clock.Now;
        var number = delivery.AttemptsMade + 1;
        var message = delivery.Message;
        using var activity = WebhookActivities.StartAttempt(message, subscription.Id, number);
        var result = await SendAsync(message, subscription, startedAt, lane.Cancelled).ConfigureAwait(false);
        // Without its message: what a host's own code throws may hold a secret.
        if (result.Exception is { } fault)
            logger.NotMade(message.PublicId, subscription.Id, fault.GetType(), fault.StackTrace);
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
        var settlement = rules.After(attempt, result.RetryAfter, delivery, lane, subscription, clock.Now);
        Observe(attempt, result.ErrorType, settlement, delivery, clock, activity);
        if (settlement.DeadReason == DeadReason.Gone)
            await DisableAsync(subscription.Id).ConfigureAwait(false);
        return new DeliveryStep(settlement, attempt.Outcome, Hold: TimeSpan.Zero);
    }

    /// <summary>Should it fail, the next delivery is answered 410 too and tries again.</summary>
    private async Task DisableAsync(SubscriptionId id)
    {
        try
        {
            if (await management.DisableAsync(id, "The receiver answered 410 Gone.", CancellationToken.None).ConfigureAwait(false))
                logger.DisabledAsGone(id);
        }
        catch (Exception e)
        {
            logger.DisableFailed(e, id);
        }
    }

    private async Task<AttemptResult> SendAsync(WebhookMessage message, Subscription subscription, DateTimeOffset startedAt, CancellationToken cancelled)
    {
        var envelope = settings.Envelope(subscription, message.EventType);
        ReadOnlyMemory<byte> body;
        try
        {
            body = renderings.Render(message, envelope, catalog.TryGet(message.EventType, out var type) ? type.DisplayName : null);
        }
        catch (EnvelopeException e)
        {
            return new AttemptResult { Outcome = AttemptOutcome.SenderError, Duration = TimeSpan.Zero, Detail = e.Message, ErrorType = nameof(EnvelopeException), Exception = e.InnerException ?? e };
        }

        var request = new SendRequest
        {
            Url = new Uri(subscription.Url),
            MessageId = message.PublicId,
            Body = body,
            ContentType = envelope.ContentType,
            Timestamp = startedAt,
            Schemes = settings.Schemes(subscription),
            Secrets = subscription.Secrets,
            Authentication = subscription.Authentication,
            ExtraHeaders = subscription.Headers,
            Timeout = settings.Timeout(subscription),
            Success = settings.Success(subscription),
        };
        return await sender.SendAsync(request, cancelled).ConfigureAwait(false);
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

    /// <summary>Tells whoever listens. A listener that throws must not undo an attempt that was made.</summary>
    private void Observe(Attempt attempt, string? errorType, Settlement settlement, LeasedDelivery delivery, LeaseClock clock, Activity? activity)
    {
        var message = delivery.Message;
        try
        {
            metrics.Attempted(message.EventType, attempt.Outcome, attempt.StatusCode, errorType, attempt.Duration);
            if (attempt.Outcome == AttemptOutcome.Delivered)
                metrics.Delivered(message.EventType, clock.Now - delivery.EnqueuedAt);
            else
                activity?.SetStatus(ActivityStatusCode.Error, attempt.Outcome.ToString());
            activity?.SetTag(WebhookTelemetry.OutcomeTag, attempt.Outcome.ToString());
            logger.Attempted(attempt.Number, message.PublicId, delivery.Subscription, attempt.Outcome, attempt.StatusCode, attempt.Duration.TotalMilliseconds);
            if (settlement.DeadReason is { } reason)
                logger.DeadLettered(message.PublicId, delivery.Subscription, attempt.Number, reason, attempt.Outcome, attempt.StatusCode);
        }
        catch (Exception e)
        {
            logger.ObserverFailed(e, message.PublicId);
        }
    }
}
