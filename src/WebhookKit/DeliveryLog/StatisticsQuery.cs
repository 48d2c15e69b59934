namespace WebhookKit;

/// <summary>What to count; what is null does not restrict, except for the tenant.</summary>
public sealed record StatisticsQuery
{
    /// <summary>Only what is of this tenant; null is the host's own tenant, unless <see cref="AllTenants"/> is set.</summary>
    public string? Tenant { get; init; }

    /// <summary>Counts over every tenant; <see cref="Tenant"/> must then be null.</summary>
    public bool AllTenants { get; init; }

    /// <summary>Only deliveries to this subscription.</summary>
    public SubscriptionId? Subscription { get; init; }

    /// <summary>Only this event type.</summary>
    public string? EventType { get; init; }

    /// <summary>Only deliveries enqueued at this time or later, by the store's clock.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only deliveries enqueued before this time, by the store's clock.</summary>
    public DateTimeOffset? Until { get; init; }
}
