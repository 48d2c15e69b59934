namespace WebhookKit.InMemory;

/// <summary>What has ended, oldest first, and the bound on it: messages without waiting deliveries, ended deliveries, and the texts of attempts.</summary>
internal sealed class History(InMemoryStoreOptions options, StoredMessages messages, StoredDeliveries deliveries)
{
    private readonly Queue<(StoredMessage Message, StoredDelivery? Delivery)> _ended = new();
    private long _bytes;

    /// <summary>A message that goes nowhere has ended as soon as it is accepted.</summary>
    public void Add(StoredMessage message)
    {
        _bytes += message.Bytes;
        _ended.Enqueue((message, null));
        Trim();
    }

    public void Add(StoredDelivery delivery)
    {
        if (delivery.Message.Waiting == 0)
            _bytes += delivery.Message.Bytes;
        _ended.Enqueue((delivery.Message, delivery));
        Trim();
    }

    /// <summary>Logs an attempt. If even forgetting all that has ended makes no room, it is logged without its texts.</summary>
    public void Log(StoredDelivery delivery, Attempt attempt, SettleResult answer)
    {
        var size = AttemptLog.BytesOf(attempt);
        while (_bytes + size > options.MaxHistoryBytes && _ended.Count > 0)
            ForgetOldest();
        if (delivery.Forgotten)
            return;
        if (_bytes + size > options.MaxHistoryBytes)
            attempt = attempt with { ResponseBody = null, Detail = null };
        var log = delivery.Attempts ??= new AttemptLog();
        _bytes -= log.Bytes;
        log.Add(attempt, answer);
        _bytes += log.Bytes;
    }

    private void Trim()
    {
        while (_ended.Count > options.MaxHistory || (_bytes > options.MaxHistoryBytes && _ended.Count > 0))
            ForgetOldest();
    }

    private void ForgetOldest()
    {
        var (message, delivery) = _ended.Dequeue();
        if (delivery is not null)
        {
            deliveries.Remove(delivery);
            _bytes -= delivery.Attempts?.Bytes ?? 0;
            message.Known--;
        }

        if (message.Known > 0)
            return;
        messages.Remove(message);
        _bytes -= message.Bytes;
    }
}
