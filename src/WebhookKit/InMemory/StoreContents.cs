namespace WebhookKit.InMemory;

/// <summary>
/// What the store holds, and everything that changes how much that is: a message is accepted and expanded, a delivery is added, ends, or is forgotten. Where
/// lanes stand after deliveries ended is for the caller to see to.
/// </summary>
internal sealed class StoreContents
{
    public StoreContents(InMemoryStoreOptions options)
    {
        Messages = new StoredMessages(Tenants);
        Keys = new StoredKeys(options, Tenants);
        Waiting = new WaitingBound(options);
        History = new History(options, Messages, Deliveries);
    }

    public StoredTenants Tenants { get; } = new();

    public StoredKeys Keys { get; }

    public StoredMessages Messages { get; }

    public StoredDeliveries Deliveries { get; } = new();

    public LaneTable Lanes { get; } = new();

    public WaitingBound Waiting { get; }

    public History History { get; }

    /// <summary>Accepts a message; its targets become deliveries by <see cref="Expand"/>.</summary>
    public StoredMessage Accept(EnqueueRequest request, long now)
    {
        var message = Messages.Add(request, now);
        History.Accept(message);
        if (request.Idempotency is { } key)
            message.Key = Keys.Add(key, request.Message, request.Targets.Count, now);
        if (request.Targets.Count == 0)
        {
            History.Add(message);
            History.Trim();
            return message;
        }

        message.FanOut = new FanOut(request.Targets);
        message.Known = request.Targets.Count;
        Waiting.Add(message, request.Targets.Count);
        return message;
    }

    /// <summary>Makes deliveries of some of the message's targets; answers with how many.</summary>
    public int Expand(StoredMessage message, int most, long now)
    {
        if (message.FanOut is not { } fanOut)
            return 0;
        var count = Math.Min(most, fanOut.Left);
        for (var i = 0; i < count; i++)
        {
            var target = fanOut.Take();
            var lane = Lanes.GetOrAdd(target.Lane);
            var due = StoreClock.After(message.EnqueuedAt, target.Delay);
            Add(new StoredDelivery(Deliveries.NextId(), message, lane, Deliveries.Recipients.Of(target, lane), due) { Trigger = target.Trigger }, now);
        }

        if (fanOut.Left == 0)
            message.FanOut = null;
        return count;
    }

    /// <summary>Adds a delivery of a message that is known.</summary>
    public StoredDelivery Redeliver(StoredMessage message, DeliveryTarget target, StoredDelivery? repeats, long now)
    {
        if (message.Waiting == 0)
            History.TakeOut(message);
        Waiting.Add(message, 1);
        message.Known++;
        var lane = Lanes.GetOrAdd(target.Lane);
        var delivery = new StoredRedelivery(Deliveries.NextId(), message, lane, Deliveries.Recipients.Of(target, lane), now, repeats)
        {
            Trigger = AttemptTrigger.Manual,
        };
        Add(delivery, now);
        repeats?.RepeatedAs = delivery.Id;
        return delivery;
    }

    /// <summary>Logs an attempt; whether the delivery waits and ends with it is for the caller to say.</summary>
    public void Log(StoredDelivery delivery, Attempt attempt, SettleOutcome answer, bool ends) => History.Log(delivery, attempt, answer, ends);

    /// <summary>Ends a waiting delivery.</summary>
    public void End(StoredDelivery delivery, DeliveryStatus status, DeadReason? reason, long now)
    {
        StopWaiting(delivery);
        delivery.End(status, reason, now);
        History.Add(delivery);
        History.Trim();
    }

    /// <summary>A delivery that has ended, ended otherwise.</summary>
    public void Amend(StoredDelivery delivery, DeliveryStatus status, long now) => History.Amend(delivery, status, now);

    /// <summary>Forgets some of a message, whatever waits: its deliveries, itself with the last; answers with how many records that were.</summary>
    public int Erase(StoredMessage message, int most, long now)
    {
        if (message.FanOut is { } fanOut)
        {
            message.FanOut = null;
            message.Known -= fanOut.Left;
            Waiting.Subtract(message, fanOut.Left);
            if (message.Waiting == 0)
                History.Add(message);
        }

        if (message.Known == 0)
        {
            History.Forget(message);
            return 1;
        }

        var erased = 0;
        for (; erased < most && message.Deliveries.Newest is { } delivery; erased++)
        {
            if (delivery.IsWaiting)
            {
                StopWaiting(delivery);
                Lanes.Changed(delivery.Lane, now);
            }

            History.Forget(delivery);
        }

        return erased;
    }

    private void Add(StoredDelivery delivery, long now)
    {
        Deliveries.Add(delivery);
        delivery.Lane.Line.Add(delivery, now);
        Lanes.Wake(delivery.Lane, delivery.Due);
    }

    private void StopWaiting(StoredDelivery delivery)
    {
        delivery.Lane.TakeOut(delivery);
        History.StopWaiting(delivery);
        Waiting.Subtract(delivery.Message, 1);
        if (delivery.Message.Waiting == 0)
            History.Add(delivery.Message);
    }
}
