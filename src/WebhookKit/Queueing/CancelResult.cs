namespace WebhookKit;

/// <summary>What became of one delivery that was to be cancelled.</summary>
public enum CancelResult
{
    /// <summary>It waited, and is cancelled. If it is being sent at this moment and the receiver accepts it, it ends as delivered.</summary>
    Cancelled,

    /// <summary>It is unknown or has ended already.</summary>
    NotWaiting,
}
