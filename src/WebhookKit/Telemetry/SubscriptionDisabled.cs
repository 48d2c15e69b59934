namespace WebhookKit;

/// <summary>WebhookKit disabled a subscription: it gets no new events, and what waits for it is dead-lettered. What people disable is not told.</summary>
public sealed record SubscriptionDisabled : OperationalEvent
{
    /// <inheritdoc/>
    public override string Type => OperationalEventTypes.SubscriptionDisabled;

    /// <summary>The subscription.</summary>
    public required SubscriptionId Subscription { get; init; }

    /// <summary>Why, for people: the subscription's <see cref="WebhookKit.Subscription.StatusReason"/>.</summary>
    public required string Reason { get; init; }
}
