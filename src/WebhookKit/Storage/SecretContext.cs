namespace WebhookKit;

/// <summary>What a protected secret belongs to: associated data, so that a value copied to another record cannot be read there.</summary>
public sealed record SecretContext
{
    /// <summary>The tenant; null is the host's own.</summary>
    public string? Tenant { get; init; }

    /// <summary>What the secret is for: <c>subscription</c> or <c>destination</c>.</summary>
    public required string Purpose { get; init; }

    /// <summary>The id of the record that holds it: <c>sub_…</c> or <c>dst_…</c>.</summary>
    public required string Subject { get; init; }
}
