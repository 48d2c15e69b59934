namespace WebhookKit;

/// <summary>What a lane's holder has learnt and hands to the next one through the lane record.</summary>
public sealed record LaneState
{
    /// <summary>A lane that nobody has worked yet.</summary>
    internal static LaneState New { get; } = new();

    /// <summary>How many deliveries may be in flight at once, as adapted by the last holder; null before anybody worked the lane.</summary>
    public int? Concurrency { get; init; }
}
