using WebhookKit.Subscriptions;

namespace WebhookKit.Operations;

/// <summary>The one door to what the classes of this room do.</summary>
internal sealed class WebhookOperations(
    Resender resender, Recovery recovery, Replay replay, Cancellation cancellation, Erasure erasure, Explainer explainer,
    MatchExplainer matches, Pinger pinger, Previewer previewer, Reprotection reprotection, WebhookSubscriptions subscriptions)
    : IWebhookOperations
{
    public Task<ResendResult> ResendAsync(DeliveryId delivery, CancellationToken cancellationToken = default) =>
        resender.ResendAsync(delivery, cancellationToken);

    public Task<OperationProgress> RecoverAsync(
        RecoverRequest request, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        recovery.RunAsync(request, progress, cancellationToken);

    public Task<OperationProgress?> ReplayAsync(
        ReplayRequest request, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        replay.RunAsync(request, progress, cancellationToken);

    public Task<CancelOutcome> CancelAsync(DeliveryId delivery, CancellationToken cancellationToken = default) =>
        cancellation.CancelAsync(delivery, cancellationToken);

    public Task<OperationProgress> CancelMessageAsync(
        string messageId, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        cancellation.CancelAsync(messageId, progress, cancellationToken);

    public Task<OperationProgress> CancelSubscriptionAsync(
        SubscriptionId subscription, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        cancellation.CancelAsync(subscription, progress, cancellationToken);

    public Task<Subscription?> PauseAsync(SubscriptionId subscription, string? reason = null, CancellationToken cancellationToken = default) =>
        subscriptions.SetStatusAsync(subscription, SubscriptionStatus.Paused, reason, cancellationToken);

    public Task<Subscription?> ResumeAsync(SubscriptionId subscription, CancellationToken cancellationToken = default) =>
        subscriptions.ResumeAsync(subscription, cancellationToken);

    public Task<OperationProgress> EraseTenantAsync(
        string tenant, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        return erasure.RunAsync(tenant, progress, cancellationToken);
    }

    public Task<OperationProgress> EraseOwnTenantAsync(IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        erasure.RunAsync(tenant: null, progress, cancellationToken);

    public Task<OperationProgress> ReprotectSecretsAsync(IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        reprotection.RunAsync(progress, cancellationToken);

    public Task<DeliveryExplanation?> ExplainAsync(DeliveryId delivery, CancellationToken cancellationToken = default) =>
        explainer.ExplainAsync(delivery, cancellationToken);

    public Task<PingResult?> PingAsync(SubscriptionId subscription, CancellationToken cancellationToken = default) =>
        pinger.PingAsync(subscription, cancellationToken);

    public Task<PreviewResult?> PreviewAsync(
        SubscriptionId subscription, PublishRequest publish, bool revealSecrets = false, CancellationToken cancellationToken = default) =>
        previewer.PreviewAsync(subscription, publish, revealSecrets, cancellationToken);

    public Task<PreviewResult?> PreviewAsync(
        SubscriptionId subscription, string messageId, bool revealSecrets = false, CancellationToken cancellationToken = default) =>
        previewer.PreviewAsync(subscription, messageId, revealSecrets, cancellationToken);

    public async Task<PreviewResult> PreviewAsync(
        WebhookDestination destination, PublishRequest publish, bool revealSecrets = false, CancellationToken cancellationToken = default) =>
        await previewer.PreviewAsync(destination, publish, revealSecrets, cancellationToken).ConfigureAwait(false);

    public Task<PreviewResult?> PreviewAsync(
        WebhookDestination destination, string messageId, bool revealSecrets = false, CancellationToken cancellationToken = default) =>
        previewer.PreviewAsync(destination, messageId, revealSecrets, cancellationToken);

    public Task<MatchExplanation> ExplainMatchAsync(
        string eventType, string? tenant = null, IReadOnlyDictionary<string, string>? attributes = null, CancellationToken cancellationToken = default) =>
        matches.ExplainAsync(eventType, tenant, attributes, cancellationToken);
}
