namespace WebhookKit.InMemory;

/// <summary>What the store holds, and the two things that change how much that is: a message is accepted, a delivery ends.</summary>
internal sealed class StoreContents
{
    private readonly WaitingBound _waiting;
    private readonly History _history;

    public StoreContents(InMemoryStoreOptions options)
    {
        _waiting = new WaitingBound(options);
        _history = new History(options, Messages, Deliveries);
    }

    public StoredMessages Messages { get; } = new();

    public StoredDeliveries Deliveries { get; } = new();

    public LaneTable Lanes { get; } = new();

    public long Waiting => _waiting.Deliveries;

    /// <summary>Why these messages are refused together; null if there is room for them.</summary>
    public QueueFullException? Refusal(IEnumerable<EnqueueRequest> requests)
    {
        var (messages, deliveries, bytes) = (0L, 0L, 0L);
        foreach (var request in requests.Where(request => request.Targets.Count > 0))
        {
            messages++;
            deliveries += request.Targets.Count;
            bytes += request.Message.Data.Length;
        }

        return _waiting.Refusal(messages, deliveries, bytes);
    }

    public void Accept(EnqueueRequest request, long now)
    {
        var message = new StoredMessage(request.Message, now, Deliveries.LastId + 1, request.Targets.Count);
        Messages.Add(message);
        if (request.Targets.Count == 0)
        {
            _history.Add(message);
            return;
        }

        _waiting.Add(message);
        foreach (var target in request.Targets)
        {
            var delivery = new StoredDelivery(Deliveries.LastId + 1, message, Lanes.GetOrAdd(target.Lane), target, StoreClock.After(now, target.Delay));
            Deliveries.Add(delivery);
            delivery.Lane.Line.Add(delivery, now);
            Lanes.Wake(delivery.Lane, delivery.Due);
        }
    }

    public void Log(StoredDelivery delivery, Attempt attempt, SettleResult answer) => _history.Log(delivery, attempt, answer);

    /// <summary>Ends a waiting delivery. Where its lane stands is for the caller to see to.</summary>
    public void End(StoredDelivery delivery, DeliveryStatus status, DeadReason? reason, long now)
    {
        delivery.Lane.Line.Remove(delivery);
        delivery.End(status, reason, now);
        _waiting.Subtract(delivery.Message);
        _history.Add(delivery);
    }
}
