namespace WebhookKit.InMemory;

/// <summary>Counts what waits, and refuses what would be too much.</summary>
internal sealed class WaitingBound(InMemoryStoreOptions options)
{
    /// <summary>Messages with deliveries that wait.</summary>
    public long Messages { get; private set; }

    /// <summary>Deliveries that wait, those among them that are still to be expanded.</summary>
    public long Deliveries { get; private set; }

    /// <summary>The bytes of the data of these messages.</summary>
    public long Bytes { get; private set; }

    /// <summary>Why this much more is refused; null if it is not.</summary>
    public QueueFullException? Refusal(long messages, long deliveries, long bytes)
    {
        if (Messages + messages > options.MaxMessages)
            return Full(nameof(InMemoryStoreOptions.MaxMessages), Messages, messages, options.MaxMessages, "messages");
        if (Deliveries + deliveries > options.MaxDeliveries)
            return Full(nameof(InMemoryStoreOptions.MaxDeliveries), Deliveries, deliveries, options.MaxDeliveries, "deliveries");
        return Bytes + bytes > options.MaxBytes ? Full(nameof(InMemoryStoreOptions.MaxBytes), Bytes, bytes, options.MaxBytes, "bytes") : null;
    }

    /// <summary>That many more deliveries of the message wait.</summary>
    public void Add(StoredMessage message, int deliveries)
    {
        if (message.Waiting == 0)
        {
            Messages++;
            Bytes += message.Bytes;
        }

        message.Waiting += deliveries;
        Deliveries += deliveries;
    }

    /// <summary>That many of the message's deliveries wait no longer.</summary>
    public void Subtract(StoredMessage message, int deliveries)
    {
        message.Waiting -= deliveries;
        Deliveries -= deliveries;
        if (message.Waiting > 0)
            return;
        Messages--;
        Bytes -= message.Bytes;
    }

    private static QueueFullException Full(string option, long waiting, long more, long bound, string unit) => new(
        $"The in-memory queue is full: {waiting} {unit} wait, {more} more would exceed {nameof(InMemoryStoreOptions)}.{option} = {bound}. "
        + "Nothing was stored. Try again when deliveries have drained, raise the bound, or use a durable store.");
}
