namespace WebhookKit.Operations;

/// <summary>
/// Erases a tenant: its subscriptions first, so that nothing new comes to be for them, then everything in the store. Rounds go on until one finds nothing
/// left: an event that was matched before the subscriptions went may be stored after the store was empty.
/// </summary>
internal sealed class Erasure(ISubscriptionStore subscriptions, IStoreMaintenance store)
{
    public async Task<OperationProgress> RunAsync(string? tenant, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        RequestRules.CheckTenant(tenant);
        var tally = new Tally(progress);
        long before;
        do
        {
            before = tally.Total.Done;
            await RemoveSubscriptionsAsync(tenant, tally, cancellationToken).ConfigureAwait(false);
            await EraseRecordsAsync(tenant, tally, cancellationToken).ConfigureAwait(false);
        }
        while (tally.Total.Done > before);

        return tally.Total;
    }

    private async Task RemoveSubscriptionsAsync(string? tenant, Tally tally, CancellationToken cancellationToken)
    {
        var query = new SubscriptionQuery { Tenant = tenant, Limit = Pages.Size };
        IReadOnlyList<Subscription> found;
        // From the beginning each time: what was there is removed.
        while ((found = (await subscriptions.ListAsync(query, cancellationToken).ConfigureAwait(false)).Items).Count > 0)
        {
            var removed = 0;
            foreach (var subscription in found)
            {
                cancellationToken.ThrowIfCancellationRequested();
                // From the store itself: what waits is erased with everything else, not cancelled first.
                if (await subscriptions.RemoveAsync(subscription.Id, CancellationToken.None).ConfigureAwait(false))
                    removed++;
            }

            tally.Add(found.Count, removed);
        }
    }

    private async Task EraseRecordsAsync(string? tenant, Tally tally, CancellationToken cancellationToken)
    {
        RemovalResult erased;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            erased = await store.EraseAsync(tenant, Pages.Size, CancellationToken.None).ConfigureAwait(false);
            if (erased.Removed > 0)
                tally.Add(erased.Removed, erased.Removed);
        }
        while (erased is { HasMore: true, Removed: > 0 });
    }
}
