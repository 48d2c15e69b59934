namespace WebhookKit.Sqlite.Queue;

/// <summary>One delivery, waiting or ended.</summary>
internal sealed class DeliveryRow
{
    public required long Id { get; init; }

    public required long Message { get; init; }

    public required Guid Lane { get; init; }

    /// <summary>The subscription, or the destination.</summary>
    public required Guid Target { get; init; }

    public required bool IsDestination { get; init; }

    public AttemptTrigger Trigger { get; set; }

    /// <summary>How many attempts were counted.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is due; once it has ended, when it did.</summary>
    public long Due { get; set; }

    /// <summary>When it was enqueued, if that was later than its message.</summary>
    public long? Enqueued { get; init; }

    public long? Repeats { get; init; }

    public long? RepeatedAs { get; set; }

    /// <summary>How many attempts were logged, those among them that are no longer kept.</summary>
    public int Logged { get; set; }

    public long? LastStarted { get; set; }

    public int? LastOutcome { get; set; }

    public int? LastStatus { get; set; }

    public DeliveryStatus Status { get; set; }

    public DeadReason? DeadReason { get; set; }

    public bool IsWaiting => Status == DeliveryStatus.Waiting;

    public SubscriptionId? Subscription => IsDestination ? null : new SubscriptionId(Target);

    public DestinationId? Destination => IsDestination ? new DestinationId(Target) : null;
}
