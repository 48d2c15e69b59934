namespace WebhookKit.PostgreSql.Queue;

/// <summary>A delivery while a batch of settlements is decided: as it stood when it was locked, then as the settlements before have left it.</summary>
internal sealed class SettlingDelivery
{
    public required long Id { get; init; }

    public required Guid Lane { get; init; }

    /// <summary>Whether it had ended when the batch began.</summary>
    public required bool HadEnded { get; init; }

    public required DeliveryStatus Status { get; set; }

    public required int AttemptsMade { get; set; }

    public DateTime Due { get; set; }

    public AttemptTrigger Cause { get; set; }

    public DeadReason? Reason { get; set; }

    public DateTime? LastAt { get; set; }

    /// <summary>The attempt that is the latest now; null if that did not change.</summary>
    public Attempt? Latest { get; private set; }

    /// <summary>Whether anything but its end changed.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Whether its end changed, of one that had ended.</summary>
    public bool IsAmended { get; set; }

    public bool IsWaiting => Status == DeliveryStatus.Waiting;

    public void Note(Attempt attempt)
    {
        IsChanged = true;
        if (LastAt is { } last && attempt.StartedAt.UtcDateTime < last)
            return;
        LastAt = attempt.StartedAt.UtcDateTime;
        Latest = attempt;
    }
}
