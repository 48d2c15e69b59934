namespace WebhookKit.Storage;

/// <summary>What can be read of a subscription in every version of its form.</summary>
/// <param name="Id">The id that stands in it.</param>
/// <param name="Tenant">Its tenant.</param>
/// <param name="Status">Its status; null if this library does not know it.</param>
internal readonly record struct SubscriptionOwner(SubscriptionId Id, string? Tenant, SubscriptionStatus? Status);
