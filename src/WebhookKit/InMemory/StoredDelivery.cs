namespace WebhookKit.InMemory;

/// <summary>One delivery, from enqueue until the log forgets it. There can be millions: every field counts.</summary>
internal sealed class StoredDelivery : DueItem
{
    public StoredDelivery(long id, StoredMessage message, Lane lane, DeliveryTarget target, long due)
    {
        Order = id;
        Message = message;
        Lane = lane;
        Subscription = target.Subscription;
        Destination = target.Destination;
        Trigger = target.Trigger;
        Due = due;
    }

    /// <summary>Its id, which is also its order among those due at the same time.</summary>
    public long Id => Order;

    public StoredMessage Message { get; }

    public Lane Lane { get; }

    public SubscriptionId? Subscription { get; }

    public StoredDestination? Destination { get; }

    public AttemptTrigger Trigger { get; set; }

    public int AttemptsMade { get; set; }

    public DeliveryStatus Status { get; private set; }

    public DeadReason? DeadReason { get; private set; }

    /// <summary>When it ended, in the store's ticks; zero while it waits.</summary>
    public long EndedAt { get; private set; }

    /// <summary>The attempts logged; null before the first.</summary>
    public AttemptLog? Attempts { get; set; }

    /// <summary>The number of the refill that last named it as in flight.</summary>
    public long NamedBy { get; set; }

    /// <summary>Its neighbours in the log. Those of a forgotten delivery still lead on, for whoever was reading there.</summary>
    public StoredDelivery? Older { get; set; }

    public StoredDelivery? Newer { get; set; }

    public bool Forgotten { get; set; }

    public bool IsWaiting => Status == DeliveryStatus.Waiting;

    public void End(DeliveryStatus status, DeadReason? reason, long now)
    {
        Status = status;
        DeadReason = reason;
        EndedAt = now;
    }

    public LeasedDelivery ToLeased(StoreClock clock, long now) => new()
    {
        Id = new DeliveryId(Id),
        Subscription = Subscription,
        Destination = Destination,
        Message = Message.Message,
        AttemptsMade = AttemptsMade,
        Age = TimeSpan.FromTicks(now - Message.EnqueuedAt),
        DueAt = clock.ToUtc(Due),
        Trigger = Trigger,
    };

    public DeliveryRecord ToRecord(StoreClock clock) => new()
    {
        Id = new DeliveryId(Id),
        MessageId = Message.Message.PublicId,
        Tenant = Message.Message.Tenant,
        EventType = Message.Message.EventType,
        Subscription = Subscription,
        Destination = Destination,
        Status = Status,
        DeadReason = DeadReason,
        AttemptsMade = AttemptsMade,
        EnqueuedAt = clock.ToUtc(Message.EnqueuedAt),
        DueAt = IsWaiting ? clock.ToUtc(Due) : null,
        EndedAt = IsWaiting ? null : clock.ToUtc(EndedAt),
        LastOutcome = Attempts?.Latest.Outcome,
        LastStatusCode = Attempts?.Latest.StatusCode,
    };
}
