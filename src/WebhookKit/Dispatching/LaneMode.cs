namespace WebhookKit.Dispatching;

/// <summary>How a lane is worked under one lease.</summary>
/// <param name="MaxConcurrency">How many deliveries may be in flight at once.</param>
/// <param name="InOrder">Whether each waits for the end of the one before.</param>
internal readonly record struct LaneMode(int MaxConcurrency, bool InOrder)
{
    /// <summary>One at a time, each after the end of the one before.</summary>
    public static LaneMode OneByOne => new(1, InOrder: true);
}
