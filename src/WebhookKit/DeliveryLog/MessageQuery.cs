using System.Collections.ObjectModel;

namespace WebhookKit;

/// <summary>Which messages to list; what is null or empty does not restrict, except for the tenant.</summary>
public sealed record MessageQuery
{
    /// <summary>Only those of this tenant; null is the host's own tenant, unless <see cref="AllTenants"/> is set.</summary>
    public string? Tenant { get; init; }

    /// <summary>Lists the messages of every tenant; <see cref="Tenant"/> must then be null.</summary>
    public bool AllTenants { get; init; }

    /// <summary>Only those of this event type.</summary>
    public string? EventType { get; init; }

    /// <summary>Only those accepted at this time or later, by the store's clock.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only those accepted before this time, by the store's clock.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only those that have all these attributes with these values.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>How many at the most on a page.</summary>
    /// <value>100 by default; 1 to 1,000.</value>
    public int Limit { get; init; } = 100;

    /// <summary>The <see cref="Page{T}.Next"/> of the page before; null for the first.</summary>
    public string? Continuation { get; init; }
}
