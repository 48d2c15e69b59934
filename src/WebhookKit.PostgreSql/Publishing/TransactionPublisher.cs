using Npgsql;
using WebhookKit.PostgreSql.Subscriptions;
using WebhookKit.Publishing;

namespace WebhookKit.PostgreSql.Publishing;

/// <summary>
/// Publishes with the publisher's own checks and matching, and enqueues through the host's transaction; subscriptions that are kept in PostgreSQL are asked
/// through it too.
/// </summary>
internal sealed class TransactionPublisher(ITransactionalPublishing publishing, PostgreSqlStore store, PostgreSqlSubscriptionStore? subscriptions) : IPostgreSqlWebhookPublisher
{
    public async Task<PublishResult> PublishAsync<T>(
        T data, NpgsqlTransaction transaction, PublishOptions? options = null, CancellationToken cancellationToken = default)
        where T : notnull =>
        (await PublishManyAsync([PublishRequest.Of(data, options)], transaction, cancellationToken).ConfigureAwait(false))[0];

    public async Task<PublishResult> PublishJsonAsync(
        string eventType, ReadOnlyMemory<byte> utf8Json, NpgsqlTransaction transaction, PublishOptions? options = null,
        CancellationToken cancellationToken = default) =>
        (await PublishManyAsync([PublishRequest.Json(eventType, utf8Json, options)], transaction, cancellationToken).ConfigureAwait(false))[0];

    public async Task<IReadOnlyList<PublishResult>> PublishManyAsync(
        IEnumerable<PublishRequest> events, NpgsqlTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(transaction);
        using var through = subscriptions?.Through(transaction);
        return await publishing.PublishAsync([.. events], (requests, token) => store.EnqueueAsync(requests, transaction, token), cancellationToken)
            .ConfigureAwait(false);
    }

    public ValueTask WakeAsync()
    {
        store.Added();
        return ValueTask.CompletedTask;
    }
}
