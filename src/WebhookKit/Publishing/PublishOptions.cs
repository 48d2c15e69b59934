namespace WebhookKit;

/// <summary>What can be said about an event beside its data.</summary>
public sealed record PublishOptions
{
    /// <summary>The tenant whose subscriptions get it: exactly this one. Null is the host's own tenant, never a wildcard. At most 256 characters.</summary>
    public string? Tenant { get; init; }

    /// <summary>The event type, where the data's .NET type is registered for several; null takes the only one. Not for events that are given by name.</summary>
    public string? EventType { get; init; }

    /// <summary>When the event happened; null is now.</summary>
    public DateTimeOffset? Timestamp { get; init; }
}
