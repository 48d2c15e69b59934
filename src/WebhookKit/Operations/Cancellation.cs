namespace WebhookKit.Operations;

/// <summary>Cancels what waits: newest first, so that nothing moves up in a lane that keeps its order.</summary>
internal sealed class Cancellation(IDeliveryLog log, IDeliveryQueue queue)
{
    public async Task<CancelResult> CancelAsync(DeliveryId delivery, CancellationToken cancellationToken) =>
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

    private async Task CancelAsync(DeliveryQuery which, Tally tally, CancellationToken cancellationToken)
    {
        var query = which with { Status = DeliveryStatus.Waiting, Limit = Pages.Size };
        var pages = Pages.NewestFirstAsync((next, token) => log.ListDeliveriesAsync(query with { Continuation = next }, token), cancellationToken);
        await foreach (var page in pages.ConfigureAwait(false))
        {
            if (page.Count == 0)
                continue;
            // No caller's token: what is begun is counted.
            var results = await queue.CancelAsync([.. page.Select(d => d.Id)], CancellationToken.None).ConfigureAwait(false);
            tally.Add(page.Count, results.Count(r => r == CancelResult.Cancelled));
        }
    }
}
