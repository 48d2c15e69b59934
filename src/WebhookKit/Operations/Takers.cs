namespace WebhookKit.Operations;

/// <summary>Says which subscriptions take deliveries. To any other, one that is sent again would only be cancelled or dead-lettered once more.</summary>
internal sealed class Takers(ISubscriptionStore subscriptions)
{
    public static bool Takes(Subscription? subscription) => subscription?.Status is SubscriptionStatus.Active or SubscriptionStatus.Paused;

    /// <summary>Those of a batch of deliveries whose target takes them as it is now, in their order.</summary>
    public async ValueTask<IReadOnlyList<DeliveryRecord>> AmongAsync(IReadOnlyList<DeliveryRecord> deliveries, CancellationToken cancellationToken)
    {
        var takes = new Dictionary<SubscriptionId, bool>();
        foreach (var id in deliveries.Select(d => d.Subscription).OfType<SubscriptionId>())
        {
            if (!takes.ContainsKey(id))
                takes.Add(id, Takes(await subscriptions.FindAsync(id, cancellationToken).ConfigureAwait(false)));
        }

        return [.. deliveries.Where(d => d.Subscription is not { } id || takes[id])];
    }
}
