namespace WebhookKit;

/// <summary>Prolongs the lease of one lane.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="Token">The lease's token.</param>
/// <param name="Lease">How long the lease lasts from now, by the store's clock.</param>
public readonly record struct LaneRenewal(LaneId Lane, LaneToken Token, TimeSpan Lease);
