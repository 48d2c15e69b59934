using System.Collections.ObjectModel;

namespace WebhookKit;

/// <summary>Which deliveries to list; what is null or empty does not restrict, except for the tenant.</summary>
public sealed record DeliveryQuery
{
    /// <summary>Only those of this tenant; null is the host's own tenant, unless <see cref="AllTenants"/> is set.</summary>
    public string? Tenant { get; init; }

    /// <summary>Lists the deliveries of every tenant; <see cref="Tenant"/> must then be null.</summary>
    public bool AllTenants { get; init; }

    /// <summary>Only those of the message with this public id.</summary>
    public string? MessageId { get; init; }

    /// <summary>Only those to this subscription.</summary>
    public SubscriptionId? Subscription { get; init; }

    /// <summary>Only those to this ad hoc destination.</summary>
    public DestinationId? Destination { get; init; }

    /// <summary>Only those of this event type.</summary>
    public string? EventType { get; init; }

    /// <summary>Only those with this status.</summary>
    public DeliveryStatus? Status { get; init; }

    /// <summary>Only those that were dead-lettered for this reason.</summary>
    public DeadReason? DeadReason { get; init; }

    /// <summary>Only those whose latest attempt ended so.</summary>
    public AttemptOutcome? LastOutcome { get; init; }

    /// <summary>Only those enqueued at this time or later, by the store's clock.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only those enqueued before this time, by the store's clock.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only those that ended at this time or later, by the store's clock; what waits has not ended.</summary>
    public DateTimeOffset? EndedSince { get; init; }

    /// <summary>Only those that ended before this time, by the store's clock; what waits has not ended.</summary>
    public DateTimeOffset? EndedUntil { get; init; }

    /// <summary>Only those whose message has all these attributes with these values.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>How many at the most on a page.</summary>
    /// <value>100 by default; 1 to 1,000.</value>
    public int Limit { get; init; } = 100;

    /// <summary>The <see cref="Page{T}.Next"/> of the page before; null for the first.</summary>
    public string? Continuation { get; init; }
}
