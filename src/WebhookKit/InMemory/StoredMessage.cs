namespace WebhookKit.InMemory;

/// <summary>A message, its deliveries, and how many of these still need it. Once accepted it stands in the line of what may lose its data.</summary>
internal sealed class StoredMessage : DueItem
{
    /// <summary>Its neighbours among all messages.</summary>
    public Links<StoredMessage> InLog;

    /// <summary>Its neighbours among the messages of its tenant.</summary>
    public Links<StoredMessage> InTenant;

    /// <summary>Its deliveries that the store knows.</summary>
    public Chain<StoredDelivery, StoredDelivery.PlaceInMessage> Deliveries;

    public StoredMessage(WebhookMessage message, StoredTenant tenant, long order, long enqueuedAt, int targets)
    {
        Message = message;
        Tenant = tenant;
        Order = order;
        Due = enqueuedAt;
        Targets = targets;
    }

    public WebhookMessage Message { get; private set; }

    public StoredTenant Tenant { get; }

    public long EnqueuedAt => Due;

    /// <summary>How many targets it was accepted with.</summary>
    public int Targets { get; }

    /// <summary>The targets that are still to become deliveries; null if there are none.</summary>
    public FanOut? FanOut { get; set; }

    /// <summary>How many of its deliveries have not ended, those still to be among them.</summary>
    public int Waiting { get; set; }

    /// <summary>How many of its deliveries the store knows, those still to be among them.</summary>
    public int Known { get; set; }

    /// <summary>Its place among what has ended, as long as it has no delivery.</summary>
    public UndeliveredMessage? Undelivered { get; set; }

    public StoredKey? Key { get; set; }

    public bool DataGone { get; private set; }

    public bool Forgotten { get; set; }

    public int Bytes => Message.Data.Length;

    public void DropData()
    {
        Message = Message with { Data = default };
        DataGone = true;
    }

    public MessageRecord ToRecord(StoreClock clock, long now, bool withData) => new()
    {
        Message = withData || DataGone ? Message : Message with { Data = default },
        AcceptedAt = clock.ToUtc(EnqueuedAt),
        Targets = Targets,
        DataLength = DataGone ? null : Bytes,
        IdempotencyKey = Key is { } key && key.IsKnown(now) ? key.Key : null,
    };

    /// <summary>Its place in the chain of all messages.</summary>
    public readonly struct PlaceInLog : IChainPlace<StoredMessage>
    {
        public static ref Links<StoredMessage> Of(StoredMessage item) => ref item.InLog;
    }

    /// <summary>Its place in the chain of its tenant.</summary>
    public readonly struct PlaceInTenant : IChainPlace<StoredMessage>
    {
        public static ref Links<StoredMessage> Of(StoredMessage item) => ref item.InTenant;
    }
}
