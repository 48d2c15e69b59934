namespace WebhookKit.Operations;

/// <summary>Cancels what waits: newest first, so that nothing moves up in a lane that keeps its order.</summary>
internal sealed class Cancellation(IDeliveryLog log, IDeliveryQueue queue)
{
    public async Task<CancelOutcome> CancelAsync(DeliveryId delivery, CancellationToken cancellationToken) =>
        (await queue.CancelAsync([delivery], cancellationToken).ConfigureAwait(false))[0];

    public async Task<OperationProgress> CancelAsync(SubscriptionId subscription, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        var tally = new Tally(progress);
        await CancelAsync(new DeliveryQuery { AllTenants = true, Subscription = subscription }, tally, cancellationToken).ConfigureAwait(false);
        return tally.Total;
    }

    public async Task<OperationProgress> CancelAsync(string messageId, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messageId);
        var tally = new Tally(progress);
        for (var hasMore = true; hasMore;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // No caller's token: what is begun is counted.
            (var cancelled, hasMore) = await queue.CancelMessageAsync(messageId, Pages.Size, CancellationToken.None).ConfigureAwait(false);
            if (cancelled > 0)
                tally.Add(cancelled, cancelled);
        }

        return tally.Total;
    }

    /// <summary>
    /// Cancels what waits for a subscription that takes nothing any more. Whether it is still off is asked once, after the newest were read: if so, then all
    /// that is read was enqueued before it was switched on again, should it be; otherwise what was published to it since may be among them, and all is left.
    /// </summary>
    public async Task CancelAsync(SubscriptionId subscription, Func<SubscriptionId, ValueTask<bool>> isOff)
    {
        var (query, isSure) = (new DeliveryQuery { AllTenants = true, Subscription = subscription }, false);
        await foreach (var page in WaitingAsync(query, CancellationToken.None).ConfigureAwait(false))
        {
            isSure = isSure || await isOff(subscription).ConfigureAwait(false);
            if (!isSure)
                return;
            await CancelAsync(page).ConfigureAwait(false);
        }
    }

    private async Task CancelAsync(DeliveryQuery which, Tally tally, CancellationToken cancellationToken)
    {
        await foreach (var page in WaitingAsync(which, cancellationToken).ConfigureAwait(false))
            tally.Add(page.Count, await CancelAsync(page).ConfigureAwait(false));
    }

    /// <summary>What waits, in batches, newest first; no batch is empty.</summary>
    private IAsyncEnumerable<IReadOnlyList<DeliveryRecord>> WaitingAsync(DeliveryQuery which, CancellationToken cancellationToken)
    {
        var query = which with { Status = DeliveryStatus.Waiting, Limit = Pages.Size };
        return Pages.NewestFirstAsync((next, token) => log.ListDeliveriesAsync(query with { Continuation = next }, token), cancellationToken)
            .Where(page => page.Count > 0);
    }

    /// <summary>No caller's token: what is begun is counted.</summary>
    private async Task<int> CancelAsync(IReadOnlyList<DeliveryRecord> batch)
    {
        var results = await queue.CancelAsync([.. batch.Select(d => d.Id)], CancellationToken.None).ConfigureAwait(false);
        return results.Count(r => r == CancelOutcome.Cancelled);
    }
}
