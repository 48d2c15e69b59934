namespace WebhookKit.Publishing;

/// <summary>
/// Publishes with an enqueue of the caller's own, for a store that can take part in a transaction of the host. Everything else is as with
/// <see cref="IWebhookPublisher"/>: the same checks, matching, results and metrics; a store that fails is not waited for.
/// </summary>
/// <remarks>Events count as published when they are enqueued, even if the transaction is rolled back later.</remarks>
internal interface ITransactionalPublishing
{
    /// <summary>Publishes events: all of them or none. The results are in the order of the events.</summary>
    /// <param name="events">The events. Of a single one the fields in faults have no index, as with <see cref="IWebhookPublisher.PublishAsync"/>.</param>
    /// <param name="enqueue">Enqueues them, called once at the most; its results are in the order of the requests.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    Task<IReadOnlyList<PublishResult>> PublishAsync(
        IReadOnlyList<PublishRequest> events, Func<IReadOnlyList<EnqueueRequest>, CancellationToken, ValueTask<IReadOnlyList<EnqueueResult>>> enqueue,
        CancellationToken cancellationToken);
}
