using System.Diagnostics;
using WebhookKit.Messages;
using WebhookKit.Sending;
using WebhookKit.Telemetry;

namespace WebhookKit.Dispatching;

/// <summary>Tells logs, metrics and traces of an attempt. A listener that throws must not undo an attempt that was made.</summary>
internal sealed class AttemptObserver(WebhookMetrics metrics, QuietLogger logger)
{
    public void Observe(Attempt attempt, AttemptResult result, Settlement settlement, HandedOut handedOut, Activity? activity)
    {
        var message = handedOut.Delivery.Message;
        Log(attempt, result, settlement, message, handedOut.Delivery.Target);
        try
        {
            metrics.Attempted(message.EventType, attempt.Outcome, attempt.StatusCode, result.ErrorType, attempt.Duration);
            if (attempt.Outcome == AttemptOutcome.Delivered)
                metrics.Delivered(message.EventType, handedOut.Age);
        }
        catch (Exception e)
        {
            logger.ObserverFailed(e, message.PublicId);
        }

        try
        {
            Stop(activity, attempt.Outcome, result.ErrorType);
        }
        catch (Exception e)
        {
            logger.ObserverFailed(e, message.PublicId);
        }
    }

    private void Log(Attempt attempt, AttemptResult result, Settlement settlement, WebhookMessage message, TargetId target)
    {
        logger.Attempted(attempt.Number, message.PublicId, target, attempt.Outcome, attempt.StatusCode, attempt.Duration.TotalMilliseconds);
        // Without its message: what a host's own code throws may hold a secret.
        if (result.Exception is { } fault)
            logger.HostCodeFailed(message.PublicId, target, attempt.Outcome, fault.GetType(), fault.StackTrace);
        if (settlement.DeadReason is { } reason)
            logger.DeadLettered(message.PublicId, target, attempt.Number, reason, attempt.Outcome, attempt.StatusCode);
    }

    private static void Stop(Activity? activity, AttemptOutcome outcome, string? errorType)
    {
        if (activity is null)
            return;
        activity.SetTag(WebhookTelemetry.OutcomeTag, outcome.ToString());
        if (outcome != AttemptOutcome.Delivered)
        {
            activity.SetStatus(ActivityStatusCode.Error, outcome.ToString());
            activity.SetTag(WebhookTelemetry.ErrorTypeTag, errorType);
        }

        activity.Dispose();
    }
}
