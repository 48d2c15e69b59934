namespace WebhookKit;

/// <summary>A subscription that does not get an event.</summary>
public sealed record NoMatchExample
{
    /// <summary>The subscription.</summary>
    public required SubscriptionId Subscription { get; init; }

    /// <summary>What people call it; null if it has no name.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// What it is about this one: the pattern that comes nearest, the condition that does not hold with what the event has, the reason it was disabled for.
    /// </summary>
    public required string Detail { get; init; }
}
