namespace WebhookKit;

/// <summary>What became of one delivery that was to be cancelled.</summary>
public enum CancelOutcome
{
    /// <summary>
    /// It waited, and is cancelled. A worker that has it in its stock may still start to send it for a second; if it is being sent and the receiver accepts
    /// it, it ends as delivered.
    /// </summary>
    Cancelled,

    /// <summary>It is unknown or has ended already.</summary>
    NotWaiting,
}
