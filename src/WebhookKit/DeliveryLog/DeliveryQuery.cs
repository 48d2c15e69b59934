namespace WebhookKit;

/// <summary>Which deliveries to list; what is null does not restrict.</summary>
public sealed record DeliveryQuery
{
    /// <summary>Only those of the message with this public id.</summary>
    public string? MessageId { get; init; }

    /// <summary>Only those to this subscription.</summary>
    public SubscriptionId? Subscription { get; init; }

    /// <summary>Only those with this status.</summary>
    public DeliveryStatus? Status { get; init; }

    /// <summary>How many at the most on a page.</summary>
    /// <value>100 by default; 1 to 1,000.</value>
    public int Limit { get; init; } = 100;

    /// <summary>The <see cref="Page{T}.Next"/> of the page before; null for the first.</summary>
    public string? Continuation { get; init; }
}
