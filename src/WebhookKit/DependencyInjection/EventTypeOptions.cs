namespace WebhookKit;

/// <summary>What is said of an event type when it is registered with <c>AddEvent</c>.</summary>
public sealed class EventTypeOptions
{
    /// <summary>The group it belongs to, for people and for subscriptions to a whole group (<c>group:…</c>); null is none.</summary>
    public string? Group { get; set; }

    /// <summary>What people call it; null shows the name.</summary>
    public string? DisplayName { get; set; }

    /// <summary>What it means, for documentation; null is none.</summary>
    public string? Description { get; set; }

    /// <summary>When its failed attempts are repeated; null is the host's policy. A subscription's own policy goes before it.</summary>
    public RetryPolicy? Retry { get; set; }

    /// <summary>The form of its bodies; null is the host's. A subscription's own envelope goes before it.</summary>
    public Envelope? Envelope { get; set; }
}
