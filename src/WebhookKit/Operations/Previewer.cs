using WebhookKit.Composing;
using WebhookKit.Publishing;
using WebhookKit.Sending;
using WebhookKit.Subscriptions;

namespace WebhookKit.Operations;

/// <summary>Says what would be sent: composes and prepares a request like an attempt does, and shows it.</summary>
internal sealed class Previewer(
    RequestComposer composer, RequestDrafter drafter, MessageFactory messages, DestinationFactory destinations, ISubscriptionStore subscriptions,
    IDeliveryLog log, TimeProvider time)
{
    public async Task<PreviewResult?> PreviewAsync(
        SubscriptionId subscription, PublishRequest publish, bool revealSecrets, CancellationToken cancellationToken)
    {
        var message = Create(publish);
        if (await subscriptions.FindAsync(subscription, cancellationToken).ConfigureAwait(false) is not { } target)
            return null;
        if (!string.Equals(target.Tenant, message.Tenant, StringComparison.Ordinal))
            throw new WebhookValidationException(new WebhookError(
                WebhookErrorCode.Contradiction, nameof(PublishOptions.Tenant), "The subscription is of another tenant, so it never gets the event.",
                "Give the subscription's tenant."));
        return await PreviewAsync(target, message, revealSecrets, cancellationToken).ConfigureAwait(false);
    }

    public async Task<PreviewResult?> PreviewAsync(
        SubscriptionId subscription, string messageId, bool revealSecrets, CancellationToken cancellationToken)
    {
        var target = await subscriptions.FindAsync(subscription, cancellationToken).ConfigureAwait(false);
        var message = await FindAsync(messageId, cancellationToken).ConfigureAwait(false);
        return target is not null && message is not null && string.Equals(target.Tenant, message.Tenant, StringComparison.Ordinal)
            ? await PreviewAsync(target, message, revealSecrets, cancellationToken).ConfigureAwait(false)
            : null;
    }

    public Task<PreviewResult> PreviewAsync(
        WebhookDestination destination, PublishRequest publish, bool revealSecrets, CancellationToken cancellationToken)
    {
        var message = Create(publish);
        return PreviewAsync(Create(destination, message), message, revealSecrets, cancellationToken);
    }

    public async Task<PreviewResult?> PreviewAsync(
        WebhookDestination destination, string messageId, bool revealSecrets, CancellationToken cancellationToken) =>
        await FindAsync(messageId, cancellationToken).ConfigureAwait(false) is { } message
            ? await PreviewAsync(Create(destination, message), message, revealSecrets, cancellationToken).ConfigureAwait(false)
            : null;

    private async Task<PreviewResult> PreviewAsync(Subscription target, WebhookMessage message, bool revealSecrets, CancellationToken cancellationToken)
    {
        try
        {
            var request = await composer.ComposeAsync(message, target, isShared: false, time.GetUtcNow, cancellationToken).ConfigureAwait(false);
            var draft = await drafter.DraftAsync(request, cancellationToken).ConfigureAwait(false);
            var masked = revealSecrets ? null : await composer.MaskAsync(message, target, cancellationToken).ConfigureAwait(false);
            return new PreviewResult
            {
                Request = PreviewForm.Of(draft, request.EnvelopeHeaders, masked, revealSecrets),
                Problem = draft.Blocked?.ToString(),
            };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new PreviewResult { Problem = e is EnvelopeException ? e.Message : AttemptRequest.Describe(e) };
        }
    }

    private WebhookMessage Create(PublishRequest publish)
    {
        ArgumentNullException.ThrowIfNull(publish);
        var faults = new FaultList(many: false);
        var made = messages.Create(publish, faults);
        faults.ThrowIfAny();
        return made!.Value.Message;
    }

    private Subscription Create(WebhookDestination destination, WebhookMessage message)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var stored = destinations.Create(message.Tenant, message.EventType, destination, "Destination", out var errors);
        return stored?.ToSubscription() ?? throw new WebhookValidationException(errors);
    }

    /// <summary>Null if it is unknown, or known without its data.</summary>
    private async Task<WebhookMessage?> FindAsync(string messageId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messageId);
        var found = await log.FindMessageAsync(messageId, cancellationToken).ConfigureAwait(false);
        return found?.DataLength is null ? null : found.Message;
    }
}
