namespace WebhookKit.Operations;

/// <summary>
/// Stores every subscription again as it is, so that its secrets are protected as they are protected now. A subscription that comes meanwhile is stored so
/// already; one that changes is read and stored again, since it may have been changed by a host that does not have the new key yet. One that cannot be read
/// must not keep the others from it: it stays as it is.
/// </summary>
internal sealed class Reprotection(ISubscriptionStore subscriptions)
{
    // Each conflict means that another change went through, so this many in a row are a store that never agrees.
    private const int MaxConflicts = 100;

    public async Task<OperationProgress> RunAsync(IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        var tally = new Tally(progress);
        var query = new SubscriptionQuery { AllTenants = true, Limit = Pages.Size };
        for (string? next = null; ;)
        {
            var page = await subscriptions.ListAsync(query with { Continuation = next }, cancellationToken).ConfigureAwait(false);
            var done = 0;
            foreach (var subscription in page.Items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await WriteAsync(subscription, cancellationToken).ConfigureAwait(false))
                    done++;
            }

            tally.Add(page.Items.Count, done);
            if (page.Next is null)
                return tally.Total;
            next = page.Next;
        }
    }

    /// <summary>False if it is gone, or cannot be read.</summary>
    private async ValueTask<bool> WriteAsync(Subscription listed, CancellationToken cancellationToken)
    {
        Subscription? subscription = listed;
        for (var conflicts = 0; subscription is { Fault: null }; conflicts++)
        {
            try
            {
                await subscriptions.UpdateAsync(subscription, CancellationToken.None).ConfigureAwait(false);
                return true;
            }
            catch (SubscriptionConflictException) when (conflicts < MaxConflicts)
            {
                subscription = await ReadAgainAsync(listed.Id, cancellationToken).ConfigureAwait(false);
            }
        }

        return false;
    }

    private async ValueTask<Subscription?> ReadAgainAsync(SubscriptionId id, CancellationToken cancellationToken)
    {
        try
        {
            return await subscriptions.FindAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (WebhookStoreException e) when (e.Fault == StoreFault.Unreadable)
        {
            // The log of the store says so.
            return null;
        }
    }
}
