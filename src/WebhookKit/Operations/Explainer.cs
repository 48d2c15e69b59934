namespace WebhookKit.Operations;

/// <summary>Gathers what a delivery's state depends on, and has it explained.</summary>
internal sealed class Explainer(IDeliveryLog log, ISubscriptionStore subscriptions, TimeProvider time)
{
    public async Task<DeliveryExplanation?> ExplainAsync(DeliveryId id, CancellationToken cancellationToken)
    {
        // The delivery is read again after its lane: one that ends in between is then known to have ended.
        if (await log.FindDeliveryAsync(id, cancellationToken).ConfigureAwait(false) is not { } found)
            return null;
        var lane = await log.FindLaneAsync(LaneOf(found), cancellationToken).ConfigureAwait(false);
        if (await log.FindDeliveryAsync(id, cancellationToken).ConfigureAwait(false) is not { } delivery)
            return null;
        var target = delivery.Subscription is { } subscription
            ? await subscriptions.FindAsync(subscription, cancellationToken).ConfigureAwait(false)
            : delivery.Destination!.ToSubscription();
        // A lane that nobody has worked yet may have no record.
        lane ??= new LaneRecord { Lane = LaneOf(delivery), Waiting = 1, Head = id, Now = time.GetUtcNow() };
        return DeliveryReasons.Explain(delivery, target, lane);
    }

    private static LaneId LaneOf(DeliveryRecord delivery) =>
        delivery.Subscription is { } subscription ? LaneId.Of(subscription) : LaneId.Of(delivery.Destination!);
}
