namespace WebhookKit.FaultTests;

/// <summary>How the receiver of a subscription behaves.</summary>
internal enum Manner
{
    /// <summary>Answers at once.</summary>
    Steady,

    /// <summary>Fails now and then, and sometimes does not answer at all.</summary>
    Flaky,

    /// <summary>Takes its time.</summary>
    Slow,

    /// <summary>Gets one after the other, and fails now and then.</summary>
    Ordered,
}
