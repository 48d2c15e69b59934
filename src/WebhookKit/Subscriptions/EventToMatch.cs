using System.Collections.ObjectModel;

namespace WebhookKit;

/// <summary>An event whose subscribers are looked for.</summary>
public sealed record EventToMatch
{
    /// <summary>Its tenant; null is the host's own, never a wildcard.</summary>
    public string? Tenant { get; init; }

    /// <summary>Its type.</summary>
    public required string EventType { get; init; }

    /// <summary>The group its type belongs to; null is none.</summary>
    public string? Group { get; init; }

    /// <summary>What filters look at.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}
