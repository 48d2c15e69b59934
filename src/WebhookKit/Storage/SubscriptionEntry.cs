namespace WebhookKit.Storage;

/// <summary>A subscription in a table.</summary>
/// <param name="number">Counts the additions. Ids sort by time only as far as the clock's milliseconds go, and a host may give its own.</param>
/// <param name="subscription">The subscription, at least what matching and listing need of it.</param>
/// <param name="hasTenant">Whether its tenant is known; true by default.</param>
internal class SubscriptionEntry(long number, Subscription subscription, bool hasTenant = true)
{
    public long Number { get; } = number;

    public Subscription Subscription { get; } = subscription;

    /// <summary>Whether its tenant is known; without it, only who asks for all tenants is shown it.</summary>
    public bool HasTenant { get; } = hasTenant;
}
