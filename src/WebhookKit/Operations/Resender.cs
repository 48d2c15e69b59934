namespace WebhookKit.Operations;

/// <summary>Sends again: one delivery, or a batch of a longer operation.</summary>
internal sealed class Resender(IDeliveryQueue queue, IDeliveryLog log, ISubscriptionStore subscriptions)
{
    public async Task<ResendResult> ResendAsync(DeliveryId delivery, CancellationToken cancellationToken)
    {
        if (await log.FindDeliveryAsync(delivery, cancellationToken).ConfigureAwait(false) is not { } known)
            return new ResendResult(ResendOutcome.Unknown, null);
        if (known.Subscription is { } id)
        {
            var subscription = await subscriptions.FindAsync(id, cancellationToken).ConfigureAwait(false);
            if (!Takers.IsOf(subscription, known.Tenant))
                return new ResendResult(ResendOutcome.SubscriptionRemoved, null);
            if (!Takers.Takes(subscription))
                return new ResendResult(ResendOutcome.SubscriptionOff, null);
        }

        var (outcome, added) = (await queue.RedeliverAsync([Redelivery.Of(delivery, once: false)], cancellationToken).ConfigureAwait(false))[0];
        return outcome switch
        {
            RedeliveryOutcome.Added => new ResendResult(ResendOutcome.Resent, added),
            RedeliveryOutcome.DataGone => new ResendResult(ResendOutcome.DataGone, null),
            _ => new ResendResult(ResendOutcome.Unknown, null),
        };
    }

    /// <summary>
    /// Adds one batch, and answers with how many were added. What was done before is left out, so that a batch of unknown outcome is simply repeated. No
    /// caller's token: what is begun is counted.
    /// </summary>
    public async ValueTask<int> AddAsync(IReadOnlyList<Redelivery> batch)
    {
        if (batch.Count == 0)
            return 0;
        var results = await queue.RedeliverAsync(batch, CancellationToken.None).ConfigureAwait(false);
        return results.Count(r => r.Outcome == RedeliveryOutcome.Added);
    }
}
