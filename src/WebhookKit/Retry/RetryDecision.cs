namespace WebhookKit.Retry;

/// <summary>What becomes of a delivery after a failed attempt.</summary>
internal readonly record struct RetryDecision
{
    private RetryDecision(RetryAction action, TimeSpan delay, DeadReason? reason)
    {
        Action = action;
        Delay = delay;
        Reason = reason;
    }

    /// <summary>What is to be done.</summary>
    public RetryAction Action { get; }

    /// <summary>How long to wait; zero when giving up.</summary>
    public TimeSpan Delay { get; }

    /// <summary>When giving up: why.</summary>
    public DeadReason? Reason { get; }

    /// <summary>The attempt counts; make another after <paramref name="delay"/>.</summary>
    public static RetryDecision Retry(TimeSpan delay) => new(RetryAction.Retry, delay, reason: null);

    /// <summary>Make no further attempt.</summary>
    public static RetryDecision GiveUp(DeadReason reason) => new(RetryAction.GiveUp, TimeSpan.Zero, reason);

    /// <summary>The attempt does not count; make it again after <paramref name="delay"/>.</summary>
    public static RetryDecision Defer(TimeSpan delay) => new(RetryAction.Defer, delay, reason: null);
}
