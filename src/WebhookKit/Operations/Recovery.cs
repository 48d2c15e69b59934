namespace WebhookKit.Operations;

/// <summary>Sends dead-lettered deliveries again, oldest first.</summary>
internal sealed class Recovery(IDeliveryLog log, Resender resender, Takers takers)
{
    public async Task<OperationProgress> RunAsync(
        RecoverRequest request, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        RequestRules.Check(request);
        var query = new DeliveryQuery
        {
            Tenant = request.Tenant,
            AllTenants = request.AllTenants,
            Subscription = request.Subscription,
            EventType = request.EventType,
            Status = DeliveryStatus.Dead,
            Since = request.Since,
            Until = request.Until,
            Limit = Pages.Size,
        };
        var tally = new Tally(progress);
        var pages = Pages.OldestFirstAsync((next, token) => log.ListDeliveriesAsync(query with { Continuation = next }, token), cancellationToken);
        await foreach (var page in pages.ConfigureAwait(false))
        {
            var dead = page.Where(d => d.RepeatedAs is null && (request.Reason is null || d.DeadReason == request.Reason)).ToArray();
            var wanted = await takers.AmongAsync(dead, cancellationToken).ConfigureAwait(false);
            tally.Add(page.Count, await resender.AddAsync([.. wanted.Select(d => Redelivery.Of(d.Id, once: true))]).ConfigureAwait(false));
        }

        return tally.Total;
    }
}
