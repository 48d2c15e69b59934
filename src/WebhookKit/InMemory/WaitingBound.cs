namespace WebhookKit.InMemory;

/// <summary>Counts what waits, and refuses what would be too much.</summary>
internal sealed class WaitingBound(InMemoryStoreOptions options)
{
    private long _messages;
    private long _bytes;

    public long Deliveries { get; private set; }

    /// <summary>Why this much more is refused; null if it is not.</summary>
    public QueueFullException? Refusal(long messages, long deliveries, long bytes)
    {
        if (_messages + messages > options.MaxMessages)
            return Full(nameof(InMemoryStoreOptions.MaxMessages), _messages, messages, options.MaxMessages, "messages");
        if (Deliveries + deliveries > options.MaxDeliveries)
            return Full(nameof(InMemoryStoreOptions.MaxDeliveries), Deliveries, deliveries, options.MaxDeliveries, "deliveries");
        return _bytes + bytes > options.MaxBytes ? Full(nameof(InMemoryStoreOptions.MaxBytes), _bytes, bytes, options.MaxBytes, "bytes") : null;
    }

    public void Add(StoredMessage message)
    {
        Deliveries += message.Waiting;
        _messages++;
        _bytes += message.Bytes;
    }

    /// <summary>One delivery of the message has ended.</summary>
    public void Subtract(StoredMessage message)
    {
        Deliveries--;
        message.Waiting--;
        if (message.Waiting > 0)
            return;
        _messages--;
        _bytes -= message.Bytes;
    }

    private static QueueFullException Full(string option, long waiting, long more, long bound, string unit) => new(
        $"The in-memory queue is full: {waiting} {unit} wait, {more} more would exceed {nameof(InMemoryStoreOptions)}.{option} = {bound}. "
        + "Nothing was stored. Publish again when deliveries have drained, raise the bound, or use a durable store.");
}
