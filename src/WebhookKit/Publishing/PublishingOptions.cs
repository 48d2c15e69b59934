using WebhookKit.Messages;

namespace WebhookKit;

/// <summary>Settings of publishing, section <c>Webhooks:Publishing</c>.</summary>
public sealed class PublishingOptions
{
    private const int LargestBody = 64 * 1024 * 1024;
    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>How large an event's data may be, in bytes of JSON, before the envelope.</summary>
    /// <value>262,144 (256 KiB) by default; 1 byte to 64 MiB.</value>
    public int MaxBodyBytes { get; set; } = 256 * 1024;

    /// <summary>What message ids begin with; a UUID follows. Letters, digits, <c>_</c> and <c>-</c>, at most 32 characters.</summary>
    /// <value><c>msg_</c> by default.</value>
    public string MessageIdPrefix { get; set; } = "msg_";

    /// <summary>Whether the UUID in message ids is written with hyphens.</summary>
    /// <value>False by default: 32 hexadecimal digits.</value>
    public bool MessageIdHyphens { get; set; }

    /// <summary>
    /// Makes message ids in place of prefix and hyphens, out of a UUID that is new for each message (version 7, RFC 9562). Different UUIDs must give
    /// different ids, of 1 to 256 visible ASCII characters without a full stop, since the id is signed before one; a publish with another id is refused.
    /// Set in code only.
    /// </summary>
    /// <value>Null by default.</value>
    public Func<Guid, string>? MessageIdFormatter { get; set; }

    /// <summary>How long an idempotency key is known, at the least.</summary>
    /// <value>24 hours by default; 24 hours to 30 days.</value>
    public TimeSpan IdempotencyLifetime { get; set; } = ShortestLifetime;

    /// <summary>
    /// How long a publish waits for a store that fails in a way that may pass (<see cref="WebhookStoreException.IsTransient"/>), or that is full
    /// (<see cref="QueueFullException"/>), before it throws. It tries again after 100 ms, then after longer and longer waits up to 15 s, with the same message
    /// ids: what a lost answer left behind is found again and not stored twice. The caller's token ends the wait. Publishing in a transaction of the host's
    /// own never waits.
    /// </summary>
    /// <value>Zero by default: the first failure is thrown. At most 5 minutes.</value>
    public TimeSpan WaitForStore { get; set; }

    internal IEnumerable<WebhookError> Check()
    {
        const string section = "Webhooks:Publishing:";
        if (MaxBodyBytes is < 1 or > LargestBody)
            yield return new(WebhookErrorCode.OutOfRange, section + nameof(MaxBodyBytes), $"{MaxBodyBytes} is out of range.", $"Use 1 to {LargestBody}.");
        if (MessageIdFormat.Check(section + nameof(MessageIdPrefix), MessageIdPrefix) is { } error)
            yield return error;
        if (IdempotencyLifetime < ShortestLifetime || IdempotencyLifetime > LongestLifetime)
            yield return new(
                WebhookErrorCode.OutOfRange, section + nameof(IdempotencyLifetime), $"{IdempotencyLifetime} is out of range.", "Use 24 hours to 30 days.");
        if (WaitForStore < TimeSpan.Zero || WaitForStore > LongestWait)
            yield return new(WebhookErrorCode.OutOfRange, section + nameof(WaitForStore), $"{WaitForStore} is out of range.", "Use zero to 5 minutes.");
    }
}
