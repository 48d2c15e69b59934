using System.Runtime.CompilerServices;
using WebhookKit.Envelopes;
using WebhookKit.Sending;

namespace WebhookKit.Composing;

/// <summary>Makes of a message and a subscription the request that is sent: one way for deliveries, pings and dry runs.</summary>
internal sealed class RequestComposer(RequestSettings settings, Renderer renderer)
{
    /// <summary>The URLs of subscriptions, each parsed once for as long as its text is kept.</summary>
    private static readonly ConditionalWeakTable<string, Uri> Urls = [];

    /// <summary>How long it may take to compose a request and to send it.</summary>
    public TimeSpan LongestTime(Subscription subscription, string eventType) =>
        renderer.LongestWait(settings.Envelope(subscription, eventType)) + settings.Timeout(subscription);

    /// <summary>Composes a request.</summary>
    /// <param name="message">The message.</param>
    /// <param name="subscription">Who gets it, as it is now.</param>
    /// <param name="isShared">Whether others may get the message too, so that its body is kept for them.</param>
    /// <param name="now">The store's clock, as far as it is known; it is read when the body is there.</param>
    /// <param name="cancellationToken">Ends the wait for what the envelope needs.</param>
    /// <exception cref="EnvelopeException">The envelope, or the source of tenant values, failed.</exception>
    /// <exception cref="OperationCanceledException">The token fired meanwhile.</exception>
    public async ValueTask<SendRequest> ComposeAsync(
        WebhookMessage message, Subscription subscription, bool isShared, Func<DateTimeOffset> now, CancellationToken cancellationToken)
    {
        var envelope = settings.Envelope(subscription, message.EventType);
        var rendering = await renderer.RenderAsync(message, envelope, subscription.Metadata, isShared, cancellationToken).ConfigureAwait(false);
        return new SendRequest
        {
            Url = Urls.GetValue(subscription.Url, static url => new Uri(url)),
            MessageId = message.PublicId,
            Body = rendering.Body,
            ContentType = envelope.ContentType,
            EnvelopeHeaders = rendering.Headers,
            Timestamp = now(),
            Schemes = settings.Schemes(subscription),
            Secrets = subscription.Secrets,
            Authentication = subscription.Authentication,
            ExtraHeaders = subscription.Headers,
            Timeout = settings.Timeout(subscription),
            Success = settings.Success(subscription),
        };
    }

    /// <summary>The body as it may be shown; null if the envelope knows no secrets of the tenant, so that the body may be shown as it is.</summary>
    /// <exception cref="EnvelopeException">The source of tenant values failed.</exception>
    public async ValueTask<MaskedBody?> MaskAsync(WebhookMessage message, Subscription subscription, CancellationToken cancellationToken)
    {
        var envelope = settings.Envelope(subscription, message.EventType);
        if ((envelope.Uses & EnvelopeInputs.TenantValues) == EnvelopeInputs.None)
            return null;
        var rendering = await renderer.RenderMaskedAsync(message, envelope, subscription.Metadata, cancellationToken).ConfigureAwait(false);
        return new MaskedBody(rendering?.Body ?? default);
    }
}
