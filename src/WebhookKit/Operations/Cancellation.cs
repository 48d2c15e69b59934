namespace WebhookKit.Operations;

/// <summary>Cancels what waits: newest first, so that nothing moves up in a lane that keeps its order.</summary>
internal sealed class Cancellation(IDeliveryLog log, IDeliveryQueue queue)
{
    public async Task<CancelResult> CancelAsync(DeliveryId delivery, CancellationToken cancellationToken) =>
        (await queue.CancelAsync([delivery], cancellationToken).ConfigureAwait(false))[0];

    public Task<OperationProgress> CancelAsync(SubscriptionId subscription, IProgress<OperationProgress>? progress, CancellationToken cancellationToken) =>
        CancelAsync(new DeliveryQuery { AllTenants = true, Subscription = subscription }, progress, cancellationToken);

    public Task<OperationProgress> CancelAsync(string messageId, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messageId);
        return CancelAsync(new DeliveryQuery { AllTenants = true, MessageId = messageId }, progress, cancellationToken);
    }

    private async Task<OperationProgress> CancelAsync(DeliveryQuery which, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        var query = which with { Status = DeliveryStatus.Waiting, Limit = Pages.Size };
        var tally = new Tally(progress);
        var pages = Pages.NewestFirstAsync((next, token) => log.ListDeliveriesAsync(query with { Continuation = next }, token), cancellationToken);
        await foreach (var page in pages.ConfigureAwait(false))
        {
            // No caller's token: what is begun is counted.
            var results = page.Count == 0 ? [] : await queue.CancelAsync([.. page.Select(d => d.Id)], CancellationToken.None).ConfigureAwait(false);
            tally.Add(page.Count, results.Count(r => r == CancelResult.Cancelled));
        }

        return tally.Total;
    }
}
