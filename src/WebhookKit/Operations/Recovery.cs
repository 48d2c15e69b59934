namespace WebhookKit.Operations;

/// <summary>Sends dead-lettered deliveries again, oldest first.</summary>
internal sealed class Recovery(IDeliveryLog log, ISubscriptionStore subscriptions, Resender resender, Takers takers)
{
    public async Task<OperationProgress> RunAsync(
        RecoverRequest request, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        RequestRules.Check(request);
        await CheckTenantAsync(request, cancellationToken).ConfigureAwait(false);
        var query = new DeliveryQuery
        {
            Tenant = request.Tenant,
            AllTenants = request.AllTenants,
            Subscription = request.Subscription,
            EventType = request.EventType,
            Status = DeliveryStatus.Dead,
            DeadReason = request.Reason,
            EndedSince = request.Since,
            EndedUntil = request.Until,
            Limit = Pages.Size,
        };
        var tally = new Tally(progress);
        var pages = Pages.OldestFirstAsync(
            (next, token) => log.ListDeliveriesAsync(query with { Continuation = next }, token), static (one, other) => one.Id < other.Id, cancellationToken);
        await foreach (var page in pages.ConfigureAwait(false))
        {
            var dead = page.Where(d => d.RepeatedAs is null).ToArray();
            var wanted = await takers.AmongAsync(dead, cancellationToken).ConfigureAwait(false);
            tally.Add(page.Count, await resender.AddAsync([.. wanted.Select(d => Redelivery.Of(d.Id, once: true))]).ConfigureAwait(false));
        }

        return tally.Total;
    }

    /// <summary>A subscription of another tenant has no delivery that is looked for: that is a slip, not a recovery of nothing.</summary>
    private async ValueTask CheckTenantAsync(RecoverRequest request, CancellationToken cancellationToken)
    {
        if (request.AllTenants || request.Subscription is not { } id)
            return;
        var subscription = await subscriptions.FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (subscription is not null && !string.Equals(subscription.Tenant, request.Tenant, StringComparison.Ordinal))
            throw new WebhookValidationException(new WebhookError(
                WebhookErrorCode.Contradiction, nameof(request.Tenant), "The subscription is of another tenant.",
                "Give the subscription's tenant, or set AllTenants."));
    }
}
