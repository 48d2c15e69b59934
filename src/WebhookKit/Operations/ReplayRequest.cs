namespace WebhookKit;

/// <summary>
/// Which messages to send to a subscription that has no delivery of them; what is null does not restrict. Messages that were published to named subscriptions
/// or destinations go to nobody else.
/// </summary>
public sealed record ReplayRequest
{
    /// <summary>The subscription that gets them: those of its tenant that its patterns and its filter match.</summary>
    public required SubscriptionId Subscription { get; init; }

    /// <summary>Only those of this event type.</summary>
    public string? EventType { get; init; }

    /// <summary>Only those accepted at this time or later, by the store's clock.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Only those accepted before this time, by the store's clock.</summary>
    public DateTimeOffset? Until { get; init; }
}
