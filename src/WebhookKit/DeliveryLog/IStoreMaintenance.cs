namespace WebhookKit;

/// <summary>What removes records from a store, in batches that are bounded so that nobody else waits for long.</summary>
public interface IStoreMaintenance
{
    /// <summary>
    /// Forgets one batch of what is older than it is kept for. What waits is never forgotten, nor the message that it is of; nor is an idempotency key before
    /// its time.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A duration is negative, or the limit less than 1.</exception>
    ValueTask<RemovalResult> TrimAsync(TrimRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Erases one batch of everything of a tenant, what waits as well: deliveries and attempts first, then messages, destinations and idempotency keys. Null
    /// is the host's own tenant. What is being sent at this moment is settled as gone; what is still to be stored of an accepted message never is.
    /// Subscriptions are not touched.
    /// </summary>
    /// <param name="tenant">Exactly this tenant.</param>
    /// <param name="limit">How many records at the most; 1 or more.</param>
    /// <param name="cancellationToken">Ends the call before the batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is less than 1.</exception>
    ValueTask<RemovalResult> EraseAsync(string? tenant, int limit, CancellationToken cancellationToken);
}
