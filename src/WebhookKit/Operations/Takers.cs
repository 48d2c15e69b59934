namespace WebhookKit.Operations;

/// <summary>Says which subscriptions take deliveries. To any other, one that is sent again would only be cancelled or dead-lettered once more.</summary>
internal sealed class Takers(ISubscriptionStore subscriptions)
{
    public static bool Takes(Subscription? subscription) => subscription?.Status is SubscriptionStatus.Active or SubscriptionStatus.Paused;

    /// <summary>Whether it is there for the messages of this tenant: one of another tenant has the id of one that was removed.</summary>
    public static bool IsOf(Subscription? subscription, string? tenant) =>
        subscription is not null && string.Equals(subscription.Tenant, tenant, StringComparison.Ordinal);

    /// <summary>Those of a batch of deliveries whose target takes them as it is now, in their order.</summary>
    public async ValueTask<IReadOnlyList<DeliveryRecord>> AmongAsync(IReadOnlyList<DeliveryRecord> deliveries, CancellationToken cancellationToken)
    {
        var found = new Dictionary<SubscriptionId, Subscription?>();
        foreach (var id in deliveries.Select(d => d.Subscription).OfType<SubscriptionId>())
        {
            if (!found.ContainsKey(id))
                found.Add(id, await subscriptions.FindAsync(id, cancellationToken).ConfigureAwait(false));
        }

        return [.. deliveries.Where(d => d.Subscription is not { } id || (Takes(found[id]) && IsOf(found[id], d.Tenant)))];
    }
}
