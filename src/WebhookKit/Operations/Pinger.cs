using WebhookKit.Composing;
using WebhookKit.Publishing;
using WebhookKit.Telemetry;

namespace WebhookKit.Operations;

/// <summary>Sends one request to a subscription, to see whether it would arrive.</summary>
internal sealed class Pinger(ISubscriptionStore subscriptions, MessageFactory messages, MessageSender sender, TimeProvider time, QuietLogger logger)
{
    public async Task<PingResult?> PingAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        if (await subscriptions.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } subscription)
            return null;
        var message = messages.CreateOwn(PingResult.EventType, subscription.Tenant, "{}"u8.ToArray());
        var result = await sender.SendAsync(message, subscription, isShared: false, time.GetUtcNow, cancellationToken).ConfigureAwait(false);
        logger.Pinged(id, result.Outcome, result.StatusCode, result.Duration.TotalMilliseconds);
        // Without its message: what a host's own code throws may hold a secret.
        if (result.Exception is { } fault)
            logger.PingFailed(id, result.Outcome, fault.GetType(), fault.StackTrace);
        if (result.Outcome == AttemptOutcome.Cancelled)
            cancellationToken.ThrowIfCancellationRequested();
        return new PingResult
        {
            MessageId = message.PublicId,
            Outcome = result.Outcome,
            Duration = result.Duration,
            StatusCode = result.StatusCode,
            ResponseBody = result.ResponseBody,
            Detail = result.Detail,
        };
    }
}
