using WebhookKit.Sending;

namespace WebhookKit.Composing;

/// <summary>Makes one attempt to send a message: composes the request and sends it. Whatever goes wrong is an outcome, never an exception.</summary>
internal sealed class MessageSender(RequestComposer composer, WebhookSender sender, TimeProvider time)
{
    /// <summary>The attempt that cannot be made, since this side cannot read where the message is to go.</summary>
    public static AttemptResult Unsendable(WebhookStoreException fault) => new()
    {
        Outcome = AttemptOutcome.SenderError, Duration = TimeSpan.Zero, ErrorType = nameof(WebhookStoreException), Detail = fault.Message, Exception = fault,
    };

    /// <summary>Makes one attempt.</summary>
    /// <param name="message">The message.</param>
    /// <param name="subscription">Who gets it, as it is now.</param>
    /// <param name="isShared">Whether others may get the message too.</param>
    /// <param name="now">The store's clock, as far as it is known.</param>
    /// <param name="cancellationToken">The sender's own reason to stop: shutdown, a lost lease, a caller who gave up.</param>
    public ValueTask<AttemptResult> SendAsync(
        WebhookMessage message, Subscription subscription, bool isShared, Func<DateTimeOffset> now, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var composing = composer.ComposeAsync(message, subscription, isShared, now, cancellationToken);
        // Nearly always: nothing had to be waited for.
        return composing.IsCompletedSuccessfully
            ? sender.SendAsync(composing.Result, cancellationToken)
            : SendComposedAsync(composing, started, cancellationToken);
    }

    private async ValueTask<AttemptResult> SendComposedAsync(ValueTask<SendRequest> composing, long started, CancellationToken cancellationToken)
    {
        SendRequest request;
        try
        {
            request = await composing.ConfigureAwait(false);
        }
        catch (EnvelopeException e)
        {
            return NotSent(AttemptOutcome.SenderError, nameof(EnvelopeException), e.Message, e.InnerException ?? e);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return NotSent(AttemptOutcome.Cancelled, ErrorTypes.Cancelled, "The sender stopped the attempt.", fault: null);
        }

        return await sender.SendAsync(request, cancellationToken).ConfigureAwait(false);

        AttemptResult NotSent(AttemptOutcome outcome, string errorType, string detail, Exception? fault) => new()
        {
            Outcome = outcome, Duration = time.GetElapsedTime(started), ErrorType = errorType, Detail = detail, Exception = fault,
        };
    }
}
