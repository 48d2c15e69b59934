namespace WebhookKit.InMemory;

/// <summary>One delivery, from enqueue until the log forgets it. There can be millions: every field counts.</summary>
internal class StoredDelivery : DueItem
{
    /// <summary>Its neighbours among all deliveries.</summary>
    public Links<StoredDelivery> InLog;

    /// <summary>Its neighbours among the deliveries of its message.</summary>
    public Links<StoredDelivery> InMessage;

    private const byte NotDead = byte.MaxValue;

    // One byte each: enums take four, and eight where they may be absent.
    private byte _trigger;
    private byte _status;
    private byte _deadReason = NotDead;

    public StoredDelivery(long id, StoredMessage message, Lane lane, Recipient recipient, long due)
    {
        Order = id;
        Message = message;
        Lane = lane;
        Recipient = recipient;
        Due = due;
    }

    /// <summary>Its id, which is also its order among those due at the same time.</summary>
    public long Id => Order;

    public StoredMessage Message { get; }

    public Lane Lane { get; }

    public Recipient Recipient { get; }

    public AttemptTrigger Trigger
    {
        get => (AttemptTrigger)_trigger;
        set => _trigger = (byte)value;
    }

    public int AttemptsMade { get; set; }

    public DeliveryStatus Status => (DeliveryStatus)_status;

    public DeadReason? DeadReason => _deadReason == NotDead ? null : (DeadReason)_deadReason;

    /// <summary>When it ended, in the store's ticks; it orders what has ended as the due time orders what waits.</summary>
    public long EndedAt => Due;

    /// <summary>When it was enqueued: with its message, however late its chunk came to be.</summary>
    public virtual long EnqueuedAt => Message.EnqueuedAt;

    /// <summary>The delivery that it repeats.</summary>
    public virtual DeliveryId? Repeats => null;

    /// <summary>The id of the latest delivery that repeats it; zero if there is none.</summary>
    public long RepeatedAs { get; set; }

    /// <summary>The attempts logged; null before the first.</summary>
    public AttemptLog? Attempts { get; set; }

    /// <summary>The number of the refill that last named it as in flight.</summary>
    public long NamedBy { get; set; }

    public bool Forgotten { get; set; }

    public bool IsWaiting => Status == DeliveryStatus.Waiting;

    /// <summary>Ends it; it must stand in no heap or line.</summary>
    public void End(DeliveryStatus status, DeadReason? reason, long now)
    {
        _status = (byte)status;
        _deadReason = reason is { } dead ? (byte)dead : NotDead;
        Due = now;
    }

    public LeasedDelivery ToLeased(StoreClock clock, long now) => new()
    {
        Id = new DeliveryId(Id),
        Subscription = Recipient.Subscription,
        Destination = Recipient.Destination,
        Message = Message.Message,
        AttemptsMade = AttemptsMade,
        Age = TimeSpan.FromTicks(now - EnqueuedAt),
        DueAt = clock.ToUtc(Due),
        Trigger = Trigger,
        Targets = Message.Targets,
    };

    public SuspectDelivery ToSuspect() => new()
    {
        Id = new DeliveryId(Id),
        MessageId = Message.Message.PublicId,
        Tenant = Message.Message.Tenant,
        EventType = Message.Message.EventType,
        Subscription = Recipient.Subscription,
        Destination = Recipient.Destination?.Id,
        AttemptsMade = AttemptsMade,
    };

    public DeliveryRecord ToRecord(StoreClock clock) => new()
    {
        Id = new DeliveryId(Id),
        MessageId = Message.Message.PublicId,
        Tenant = Message.Message.Tenant,
        EventType = Message.Message.EventType,
        Subscription = Recipient.Subscription,
        Destination = Recipient.Destination,
        Repeats = Repeats,
        RepeatedAs = RepeatedAs == 0 ? null : new DeliveryId(RepeatedAs),
        Status = Status,
        DeadReason = DeadReason,
        AttemptsMade = AttemptsMade,
        EnqueuedAt = clock.ToUtc(EnqueuedAt),
        DueAt = IsWaiting ? clock.ToUtc(Due) : null,
        EndedAt = IsWaiting ? null : clock.ToUtc(EndedAt),
        LastOutcome = Attempts?.Latest.Outcome,
        LastStatusCode = Attempts?.Latest.StatusCode,
    };

    /// <summary>Its place in the chain of all deliveries.</summary>
    public readonly struct PlaceInLog : IChainPlace<StoredDelivery>
    {
        public static ref Links<StoredDelivery> Of(StoredDelivery item) => ref item.InLog;
    }

    /// <summary>Its place in the chain of its message.</summary>
    public readonly struct PlaceInMessage : IChainPlace<StoredDelivery>
    {
        public static ref Links<StoredDelivery> Of(StoredDelivery item) => ref item.InMessage;
    }
}
