namespace WebhookKit;

/// <summary>What became of one settlement.</summary>
public enum SettleOutcome
{
    /// <summary>It took effect: now or, for a settlement with an attempt, when it was settled the first time.</summary>
    Applied,

    /// <summary>It took effect on a delivery that was dead-lettered: the receiver accepted it after all.</summary>
    Recovered,

    /// <summary>The lane has another holder, or the delivery moved on; nothing was changed but the log.</summary>
    Stale,

    /// <summary>
    /// There is no such delivery waiting any more: it was delivered already, or it is dead-lettered or cancelled and this is no success, or it is not known
    /// any more.
    /// </summary>
    Gone,
}
