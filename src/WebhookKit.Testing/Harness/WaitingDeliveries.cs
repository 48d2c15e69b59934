using System.Globalization;

namespace WebhookKit.Testing.Harness;

/// <summary>Says which deliveries wait, and why as far as it shows.</summary>
internal sealed class WaitingDeliveries(IDeliveryLog log, ISubscriptionStore subscriptions, TimeProvider time)
{
    private const int Most = 1000;

    public async Task<IReadOnlyList<WaitingDelivery>> ListAsync(CancellationToken cancellationToken)
    {
        var query = new DeliveryQuery { AllTenants = true, Status = DeliveryStatus.Waiting, Limit = Most };
        var page = await log.ListDeliveriesAsync(query, cancellationToken).ConfigureAwait(false);
        var waiting = new List<WaitingDelivery>(page.Items.Count);
        foreach (var delivery in page.Items)
        {
            var subscription = delivery.Subscription is { } id ? await subscriptions.FindAsync(id, cancellationToken).ConfigureAwait(false) : null;
            waiting.Add(new WaitingDelivery(delivery, await WhyAsync(delivery, subscription, cancellationToken).ConfigureAwait(false)));
        }

        return waiting;
    }

    private async Task<string> WhyAsync(DeliveryRecord delivery, Subscription? subscription, CancellationToken cancellationToken)
    {
        if (subscription is { Status: SubscriptionStatus.Paused })
            return "its subscription is paused";
        var last = delivery.LastStatusCode is { } status ? $"{delivery.LastOutcome} {status}" : $"{delivery.LastOutcome}";
        var after = delivery.AttemptsMade == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", after {delivery.AttemptsMade} attempts, the last {last}");
        var left = delivery.DueAt - time.GetUtcNow();
        if (left > TimeSpan.Zero)
            return $"its next attempt is due in {left}{after}";
        var lane = await LaneOfAsync(delivery, cancellationToken).ConfigureAwait(false);
        return lane?.HeldUntil is { } end ? $"it is due, but its lane rests for {end - lane.Now}{after}" : $"it is due{after}";
    }

    private async Task<LaneRecord?> LaneOfAsync(DeliveryRecord delivery, CancellationToken cancellationToken)
    {
        var lane = delivery.Subscription is { } id ? LaneId.Of(id) : LaneId.Of(delivery.Destination!);
        return await log.FindLaneAsync(lane, cancellationToken).ConfigureAwait(false);
    }
}
