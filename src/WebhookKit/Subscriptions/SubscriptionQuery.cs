namespace WebhookKit;

/// <summary>Which subscriptions to list.</summary>
public sealed record SubscriptionQuery
{
    /// <summary>Only those of this tenant; null is the host's own tenant, unless <see cref="AllTenants"/> is set.</summary>
    public string? Tenant { get; init; }

    /// <summary>Lists the subscriptions of every tenant; <see cref="Tenant"/> must then be null.</summary>
    public bool AllTenants { get; init; }

    /// <summary>Only those with this status; null is any.</summary>
    public SubscriptionStatus? Status { get; init; }

    /// <summary>How many at the most on a page.</summary>
    /// <value>100 by default; 1 to 1,000.</value>
    public int Limit { get; init; } = 100;

    /// <summary>The <see cref="Page{T}.Next"/> of the page before; null for the first.</summary>
    public string? Continuation { get; init; }
}
