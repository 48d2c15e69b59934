namespace WebhookKit;

/// <summary>
/// The bounds of the in-memory store. What waits is never dropped: an enqueue that would go beyond a bound is refused with a <see cref="QueueFullException"/>.
/// What has ended is kept for the delivery log, and forgotten oldest first.
/// </summary>
public sealed class InMemoryStoreOptions
{
    /// <summary>How many messages may have deliveries waiting.</summary>
    /// <value>100,000 by default; at least 1.</value>
    public int MaxMessages { get; set; } = 100_000;

    /// <summary>How many deliveries may wait; each takes about 200 bytes.</summary>
    /// <value>2,000,000 by default; at least 1.</value>
    public int MaxDeliveries { get; set; } = 2_000_000;

    /// <summary>How many bytes the data of messages with deliveries waiting may have together.</summary>
    /// <value>256 MiB by default; at least 1.</value>
    public long MaxBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>
    /// How many idempotency keys may be known at once; each takes about 400 bytes for as long as it lives. An enqueue that would bring more is refused:
    /// forgetting a key early could let an event in twice.
    /// </summary>
    /// <value>1,000,000 by default; at least 1.</value>
    public int MaxIdempotencyKeys { get; set; } = 1_000_000;

    /// <summary>
    /// How many ended deliveries the log keeps, dead-lettered ones among them. A message is known as a duplicate, and a settlement can be repeated
    /// with the same answer, as long as the log keeps the delivery.
    /// </summary>
    /// <value>100,000 by default; 0 keeps none.</value>
    public int MaxHistory { get; set; } = 100_000;

    /// <summary>
    /// How many bytes the log keeps: the data of messages whose deliveries have all ended, and the texts of attempts.
    /// The texts of attempts of deliveries that still wait take half of it at most; beyond that, and where nothing is left to forget, the answers of further
    /// attempts are not kept.
    /// </summary>
    /// <value>64 MiB by default; 0 keeps none.</value>
    public long MaxHistoryBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Everything that is wrong with the options; empty if nothing is.</summary>
    internal IReadOnlyList<WebhookError> Validate()
    {
        var errors = new List<WebhookError>();
        AtLeast(1, MaxMessages, nameof(MaxMessages));
        AtLeast(1, MaxDeliveries, nameof(MaxDeliveries));
        AtLeast(1, MaxBytes, nameof(MaxBytes));
        AtLeast(1, MaxIdempotencyKeys, nameof(MaxIdempotencyKeys));
        AtLeast(0, MaxHistory, nameof(MaxHistory));
        AtLeast(0, MaxHistoryBytes, nameof(MaxHistoryBytes));
        return errors;

        void AtLeast(long minimum, long value, string name)
        {
            if (value < minimum)
                errors.Add(new WebhookError(
                    WebhookErrorCode.OutOfRange, $"Webhooks:InMemory:{name}", $"It is {value}.", $"Set it to {minimum} or more."));
        }
    }
}
