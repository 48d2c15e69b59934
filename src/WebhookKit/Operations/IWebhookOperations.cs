namespace WebhookKit;

/// <summary>
/// What people who run the system do with it: send again, recover, replay, cancel, pause, erase, try out, and ask why. Operations on many records go in
/// batches of 500: the caller's token ends them between two batches, what was done stays done, and each may be repeated, or run by two nodes at once, without
/// doing anything twice.
/// </summary>
public interface IWebhookOperations
{
    /// <summary>
    /// Sends a delivery again, however it ended, to the same target: a new delivery, due at once, with the message's own id. The old one stays as it is.
    /// </summary>
    /// <exception cref="QueueFullException">The store is full. Nothing was stored.</exception>
    Task<ResendResult> ResendAsync(DeliveryId delivery, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends dead-lettered deliveries again, oldest first. Left out are those that were sent again before, those whose message's data is no longer kept, and
    /// those whose subscription is removed, inactive or disabled.
    /// </summary>
    /// <param name="request">Which.</param>
    /// <param name="progress">Hears of every batch.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <returns>What was done in all.</returns>
    /// <exception cref="WebhookValidationException">The request is faulty; every fault is listed. Nothing was done.</exception>
    /// <exception cref="QueueFullException">The store is full. What was done before stays done; repeat it when deliveries have drained.</exception>
    Task<OperationProgress> RecoverAsync(
        RecoverRequest request, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends to a subscription the messages of its tenant that it asks for and has no delivery of, oldest first: for a subscription that is new, or was off.
    /// Left out are messages that were published to named subscriptions or destinations (<see cref="WebhookMessage.IsAddressed"/>), and those whose data is no
    /// longer kept.
    /// It has no delivery of a message as far back as the log knows: what the log has forgotten of a message that it still lists may be sent a second time.
    /// </summary>
    /// <param name="request">Which.</param>
    /// <param name="progress">Hears of every batch.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <returns>What was done in all; null if there is no such subscription.</returns>
    /// <exception cref="WebhookValidationException">The request is faulty, every fault is listed; or the subscription takes no deliveries.</exception>
    /// <exception cref="QueueFullException">The store is full. What was done before stays done; repeat it when deliveries have drained.</exception>
    Task<OperationProgress?> ReplayAsync(
        ReplayRequest request, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Cancels a delivery that waits. A worker that has it in its stock may still start to send it for a second; if it is being sent and the receiver accepts
    /// it, it ends as delivered.
    /// </summary>
    Task<CancelOutcome> CancelAsync(DeliveryId delivery, CancellationToken cancellationToken = default);

    /// <summary>
    /// Cancels what waits of a message, to whichever subscription or destination, what is still to be made of a large fan-out among it. What workers have in
    /// stock may still be started for a second; what is being sent at this moment and the receiver accepts ends as delivered.
    /// </summary>
    /// <param name="messageId">The message, by the id that receivers see. If it is unknown, nothing is examined.</param>
    /// <param name="progress">Hears of every batch.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    Task<OperationProgress> CancelMessageAsync(
        string messageId, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Cancels what waits for a subscription, whatever its status: what a disabled one still has, which would be dead-lettered at its turn, or what was
    /// enqueued after it became inactive or was removed, which would be cancelled at its turn. What is published meanwhile stays. What workers have
    /// in stock may still be started for a second.
    /// </summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="progress">Hears of every batch.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    Task<OperationProgress> CancelSubscriptionAsync(
        SubscriptionId subscription, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Sets a subscription to <see cref="SubscriptionStatus.Paused"/>, whatever it was: new events are matched, and wait.</summary>
    /// <returns>The subscription as stored; null if there is none.</returns>
    /// <exception cref="WebhookValidationException">The reason is longer than 1,024 characters.</exception>
    /// <exception cref="SubscriptionConflictException">Others kept changing the subscription at the same time.</exception>
    Task<Subscription?> PauseAsync(SubscriptionId subscription, string? reason = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sets a subscription that is paused to <see cref="SubscriptionStatus.Active"/>: what waits goes out at once. One with another status stays as it is;
    /// <see cref="IWebhookSubscriptions.SetStatusAsync"/> activates what is inactive or disabled.
    /// </summary>
    /// <returns>The subscription as stored, whether it was paused or not; null if there is none.</returns>
    /// <exception cref="SubscriptionConflictException">Others kept changing the subscription at the same time.</exception>
    Task<Subscription?> ResumeAsync(SubscriptionId subscription, CancellationToken cancellationToken = default);

    /// <summary>
    /// Erases everything of a tenant: its subscriptions, then messages, deliveries, attempts, destinations and idempotency keys, what waits as well. It goes on
    /// until nothing is left, so stop publishing for the tenant first; what is published after it returned stays.
    /// </summary>
    /// <param name="tenant">Exactly this tenant; for the host's own there is <see cref="EraseOwnTenantAsync"/>.</param>
    /// <param name="progress">Hears of every batch. Subscriptions and records count alike.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <exception cref="ArgumentNullException">The tenant is null.</exception>
    /// <exception cref="WebhookValidationException">The tenant is empty or longer than 256 characters.</exception>
    Task<OperationProgress> EraseTenantAsync(
        string tenant, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Erases everything of the host's own tenant, which is what has no tenant; otherwise like <see cref="EraseTenantAsync"/>.</summary>
    /// <param name="progress">Hears of every batch. Subscriptions and records count alike.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    Task<OperationProgress> EraseOwnTenantAsync(IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends one signed request of the event type <see cref="PingResult.EventType"/> with the data <c>{}</c> to a subscription at once, whatever its status:
    /// through the same checks and in the same form as deliveries, but not queued, not logged as a delivery, and never repeated.
    /// </summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="cancellationToken">Cuts it short; it may have arrived all the same.</param>
    /// <returns>How it ended; null if there is no such subscription.</returns>
    Task<PingResult?> PingAsync(SubscriptionId subscription, CancellationToken cancellationToken = default);

    /// <summary>
    /// Says exactly what would be sent to a subscription for an event. Nothing is stored or sent; signatures are real. The subscription's own code runs as for
    /// an attempt: envelope, tenant values, and an authentication that is a delegate. Secrets of the tenant in the body are redacted like those of the
    /// authentication.
    /// </summary>
    /// <param name="subscription">The subscription. Whether its patterns match the event does not count.</param>
    /// <param name="publish">The event, as it would be published.</param>
    /// <param name="revealSecrets">Whether what the authentication adds is shown; otherwise it is redacted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The request, or why there would be none; null if there is no such subscription.</returns>
    /// <exception cref="WebhookValidationException">The event is faulty; every fault is listed.</exception>
    Task<PreviewResult?> PreviewAsync(
        SubscriptionId subscription, PublishRequest publish, bool revealSecrets = false, CancellationToken cancellationToken = default);

    /// <summary>Says exactly what would be sent to a subscription for a message that was published before; otherwise like the other.</summary>
    /// <param name="subscription">The subscription. It must be of the message's tenant.</param>
    /// <param name="messageId">The message, by the id that receivers see.</param>
    /// <param name="revealSecrets">Whether what the authentication adds is shown; otherwise it is redacted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The request, or why there would be none; null if there is no such subscription, or no such message with its data.</returns>
    Task<PreviewResult?> PreviewAsync(
        SubscriptionId subscription, string messageId, bool revealSecrets = false, CancellationToken cancellationToken = default);

    /// <summary>Says exactly what would be sent to an ad hoc destination for an event; otherwise like the others.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="publish">The event, as it would be published; destinations that it has itself do not count.</param>
    /// <param name="revealSecrets">Whether what the authentication adds is shown; otherwise it is redacted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="WebhookValidationException">The event or the destination is faulty; every fault is listed.</exception>
    Task<PreviewResult> PreviewAsync(
        WebhookDestination destination, PublishRequest publish, bool revealSecrets = false, CancellationToken cancellationToken = default);

    /// <summary>Says exactly what would be sent to an ad hoc destination for a message that was published before; otherwise like the others.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="messageId">The message, by the id that receivers see.</param>
    /// <param name="revealSecrets">Whether what the authentication adds is shown; otherwise it is redacted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The request, or why there would be none; null if there is no such message with its data.</returns>
    /// <exception cref="WebhookValidationException">The destination is faulty; every fault is listed.</exception>
    Task<PreviewResult?> PreviewAsync(
        WebhookDestination destination, string messageId, bool revealSecrets = false, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes the secrets of every subscription anew, with the current key of the host's <see cref="ISecretProtector"/>, so that an older key can be dropped:
    /// also secrets that were stored before there was a protector. Their contents stay; their versions go up by one. What is changed meanwhile is written
    /// with the current key by whoever changes it, so make the key current on every host first. Ad hoc destinations are not rewritten: those that were written
    /// with an older key live until their deliveries are forgotten (<c>Webhooks:Retention:Log</c>), and cannot be sent to any more once that key is dropped.
    /// </summary>
    /// <param name="progress">Hears of every batch.</param>
    /// <param name="cancellationToken">Ends it between two subscriptions.</param>
    /// <returns>
    /// What was done in all. Left out is what was removed meanwhile, and what cannot be read (<see cref="StoreFault.Unreadable"/>), of which the log has an
    /// error line each: keep the older key until that is mended or removed.
    /// </returns>
    /// <exception cref="WebhookStoreException">The store or the host's protector failed. What was done before stays done.</exception>
    /// <exception cref="SubscriptionConflictException">Others kept changing a subscription at the same time.</exception>
    Task<OperationProgress> ReprotectSecretsAsync(IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Explains why a delivery stands where it stands, and when it goes on; null if it is unknown.</summary>
    Task<DeliveryExplanation?> ExplainAsync(DeliveryId delivery, CancellationToken cancellationToken = default);

    /// <summary>
    /// Explains which subscriptions an event would go to and why not to the others, without publishing it. Every subscription of the tenant counts, the oldest
    /// 10,000 at the most, and is named in examples.
    /// </summary>
    /// <param name="eventType">The registered event type.</param>
    /// <param name="tenant">The tenant; null is the host's own.</param>
    /// <param name="attributes">What filters look at; null is none.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <exception cref="WebhookValidationException">The event type is not registered, or the tenant is malformed.</exception>
    Task<MatchExplanation> ExplainMatchAsync(
        string eventType, string? tenant = null, IReadOnlyDictionary<string, string>? attributes = null, CancellationToken cancellationToken = default);
}
