namespace WebhookKit;

/// <summary>Which dead-lettered deliveries to send again; what is null does not restrict, except for the tenant.</summary>
public sealed record RecoverRequest
{
    /// <summary>Only those of this tenant; null is the host's own tenant, unless <see cref="AllTenants"/> is set.</summary>
    public string? Tenant { get; init; }

    /// <summary>Recovers the deliveries of every tenant; <see cref="Tenant"/> must then be null.</summary>
    public bool AllTenants { get; init; }

    /// <summary>Only those to this subscription, whose tenant must be <see cref="Tenant"/> unless <see cref="AllTenants"/> is set.</summary>
    public SubscriptionId? Subscription { get; init; }

    /// <summary>Only those of this event type.</summary>
    public string? EventType { get; init; }

    /// <summary>Only those that were dead-lettered for this reason.</summary>
    public DeadReason? Reason { get; init; }

    /// <summary>Only those enqueued at this time or later, by the store's clock.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Only those enqueued before this time, by the store's clock.</summary>
    public DateTimeOffset? Until { get; init; }
}
