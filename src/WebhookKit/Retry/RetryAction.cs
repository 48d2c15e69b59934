namespace WebhookKit.Retry;

/// <summary>What a <see cref="RetryDecision"/> asks for.</summary>
internal enum RetryAction
{
    /// <summary>The attempt counts; another is made after <see cref="RetryDecision.Delay"/>.</summary>
    Retry,

    /// <summary>No further attempt: the delivery is dead-lettered with <see cref="RetryDecision.Reason"/>.</summary>
    GiveUp,

    /// <summary>The attempt does not count, since the failure was the sender's own; it is made again after <see cref="RetryDecision.Delay"/>.</summary>
    Defer,
}
