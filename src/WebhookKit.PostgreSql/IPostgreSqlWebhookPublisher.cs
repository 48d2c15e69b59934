using Npgsql;

namespace WebhookKit;

/// <summary>
/// Publishes within a transaction of the application's own, on the database that has the webhooks: the event is published if the transaction commits, and
/// never if it does not. Registered by <c>UsePostgreSql</c>; everything else is as with <see cref="IWebhookPublisher"/>.
/// </summary>
/// <remarks>
/// <para>
/// Everything goes over the transaction's own connection. Its role needs INSERT, SELECT, UPDATE and DELETE on the webhook tables. No lane is touched, so publishing neither waits for sending nor
/// deadlocks with it. Nodes find the event at their next poll after the commit, a second at the latest, or at once after <see cref="WakeAsync"/>.
/// </para>
/// <para>
/// Any isolation level will do. Under REPEATABLE READ and SERIALIZABLE, an idempotency key or a message that another transaction has just taken fails the
/// transaction as a serialisation failure (SQLSTATE 40001, here <see cref="StoreFault.Busy"/>): roll back and repeat it whole. Nothing is repeated for you, and
/// <see cref="PublishingOptions.WaitForStore"/> does not count: a failed transaction is lost. Under these levels the event also goes to the subscriptions as
/// they were when the transaction began, or as this process has seen them since.
/// </para>
/// </remarks>
public interface IPostgreSqlWebhookPublisher
{
    /// <summary>Publishes an event whose data is of a registered .NET type, as <see cref="IWebhookPublisher.PublishAsync"/>.</summary>
    /// <typeparam name="T">The type that the data is given as.</typeparam>
    /// <param name="data">The data.</param>
    /// <param name="transaction">The transaction, open. It is neither committed nor rolled back here.</param>
    /// <param name="options">What else is to be said.</param>
    /// <param name="cancellationToken">Ends the call; the transaction is then to be rolled back.</param>
    /// <exception cref="WebhookValidationException">The data or an option is faulty. Nothing was written.</exception>
    /// <exception cref="IdempotencyConflictException">The idempotency key was used for other content. Nothing was written.</exception>
    /// <exception cref="WebhookStoreException">The database failed; the transaction is to be rolled back.</exception>
    Task<PublishResult> PublishAsync<T>(
        T data, NpgsqlTransaction transaction, PublishOptions? options = null, CancellationToken cancellationToken = default)
        where T : notnull;

    /// <summary>Publishes an event whose data is JSON already, as <see cref="IWebhookPublisher.PublishJsonAsync"/>.</summary>
    /// <param name="eventType">The registered event type.</param>
    /// <param name="utf8Json">The data as UTF-8 JSON; it is copied, byte for byte.</param>
    /// <param name="transaction">The transaction, open. It is neither committed nor rolled back here.</param>
    /// <param name="options">What else is to be said.</param>
    /// <param name="cancellationToken">Ends the call; the transaction is then to be rolled back.</param>
    /// <exception cref="WebhookValidationException">The data or an option is faulty. Nothing was written.</exception>
    /// <exception cref="IdempotencyConflictException">The idempotency key was used for other content. Nothing was written.</exception>
    /// <exception cref="WebhookStoreException">The database failed; the transaction is to be rolled back.</exception>
    Task<PublishResult> PublishJsonAsync(
        string eventType, ReadOnlyMemory<byte> utf8Json, NpgsqlTransaction transaction, PublishOptions? options = null,
        CancellationToken cancellationToken = default);

    /// <summary>Publishes many events, as <see cref="IWebhookPublisher.PublishManyAsync"/>.</summary>
    /// <param name="events">The events.</param>
    /// <param name="transaction">The transaction, open. It is neither committed nor rolled back here.</param>
    /// <param name="cancellationToken">Ends the call; the transaction is then to be rolled back.</param>
    /// <exception cref="WebhookValidationException">Some events are faulty; every fault is listed, with the event's index. Nothing was written.</exception>
    /// <exception cref="IdempotencyConflictException">The idempotency key of an event was used for other content. Nothing was written.</exception>
    /// <exception cref="WebhookStoreException">The database failed; the transaction is to be rolled back.</exception>
    Task<IReadOnlyList<PublishResult>> PublishManyAsync(
        IEnumerable<PublishRequest> events, NpgsqlTransaction transaction, CancellationToken cancellationToken = default);

    /// <summary>
    /// Has every node look for new work now: to be called after the commit. It never fails, and the event is found without it too, a second later at the most.
    /// </summary>
    ValueTask WakeAsync();
}
