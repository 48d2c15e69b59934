namespace WebhookKit;

/// <summary>
/// Publishes events to the subscriptions that match them. A call returns only when the events are accepted by the store, to its level of durability;
/// from then on they are delivered whatever becomes of the caller.
/// </summary>
public interface IWebhookPublisher
{
    /// <summary>
    /// Publishes an event whose data is of a registered .NET type: the type of the object, or else <typeparamref name="T"/>, whose contract then serialises
    /// it. The data is serialised once, here.
    /// </summary>
    /// <typeparam name="T">The type that the data is given as.</typeparam>
    /// <param name="data">The data. What its own properties throw comes through as it is, unless it says that it cannot be serialised.</param>
    /// <param name="options">What else is to be said.</param>
    /// <param name="cancellationToken">Ends the wait for the store; whether the event was accepted is then unknown.</param>
    /// <exception cref="WebhookValidationException">
    /// The type is not registered or serves several event types, the data cannot be serialised or is too large, an option is malformed or names a subscription
    /// that is not the tenant's; every fault is listed. Nothing was stored.
    /// </exception>
    /// <exception cref="IdempotencyConflictException">The idempotency key was used for other content. Nothing was stored.</exception>
    /// <exception cref="QueueFullException">The store is full (<see cref="PublishingOptions.WaitForStore"/>). Nothing was stored.</exception>
    /// <exception cref="WebhookStoreException">
    /// The store failed, for longer than it is waited for (<see cref="PublishingOptions.WaitForStore"/>). <see cref="StoreFault"/> says whether it may have taken
    /// effect; with an idempotency key it is safe to publish again.
    /// </exception>
    Task<PublishResult> PublishAsync<T>(T data, PublishOptions? options = null, CancellationToken cancellationToken = default) where T : notnull;

    /// <summary>Publishes an event whose data is JSON already.</summary>
    /// <param name="eventType">The registered event type.</param>
    /// <param name="utf8Json">The data as UTF-8 JSON; it is copied, byte for byte.</param>
    /// <param name="options">What else is to be said.</param>
    /// <param name="cancellationToken">Ends the wait for the store; whether the event was accepted is then unknown.</param>
    /// <exception cref="WebhookValidationException">
    /// The event type is not registered, the data is not JSON or too large, an option is malformed or names a subscription that is not the tenant's; every
    /// fault is listed. Nothing was stored.
    /// </exception>
    /// <exception cref="IdempotencyConflictException">The idempotency key was used for other content. Nothing was stored.</exception>
    /// <exception cref="QueueFullException">The store is full (<see cref="PublishingOptions.WaitForStore"/>). Nothing was stored.</exception>
    /// <exception cref="WebhookStoreException">
    /// The store failed, for longer than it is waited for (<see cref="PublishingOptions.WaitForStore"/>). <see cref="StoreFault"/> says whether it may have taken
    /// effect; with an idempotency key it is safe to publish again.
    /// </exception>
    Task<PublishResult> PublishJsonAsync(
        string eventType, ReadOnlyMemory<byte> utf8Json, PublishOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Publishes many events in one call and one transaction: all of them or none. The results are in the order of the events.</summary>
    /// <exception cref="WebhookValidationException">Some events are faulty; every fault is listed, with the event's index. Nothing was stored.</exception>
    /// <exception cref="IdempotencyConflictException">The idempotency key of an event was used for other content. Nothing was stored.</exception>
    /// <exception cref="QueueFullException">The store is full (<see cref="PublishingOptions.WaitForStore"/>). Nothing was stored.</exception>
    /// <exception cref="WebhookStoreException">
    /// The store failed, for longer than it is waited for (<see cref="PublishingOptions.WaitForStore"/>). <see cref="StoreFault"/> says whether it may have taken
    /// effect; with an idempotency key it is safe to publish again.
    /// </exception>
    Task<IReadOnlyList<PublishResult>> PublishManyAsync(IEnumerable<PublishRequest> events, CancellationToken cancellationToken = default);
}
