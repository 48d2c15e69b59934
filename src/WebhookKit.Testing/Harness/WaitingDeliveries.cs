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
            waiting.Add(new WaitingDelivery(delivery, WhyItWaits(delivery, subscription)));
        }

        return waiting;
    }

    private string WhyItWaits(DeliveryRecord delivery, Subscription? subscription)
    {
        if (subscription is { Status: SubscriptionStatus.Paused })
            return "its subscription is paused";
        var due = delivery.DueAt - time.GetUtcNow() is { } left && left > TimeSpan.Zero ? $"its next attempt is due in {left}" : "it is due, but its lane rests";
        var last = delivery.LastStatusCode is { } status ? $"{delivery.LastOutcome} {status}" : $"{delivery.LastOutcome}";
        return delivery.AttemptsMade == 0 ? due : string.Create(CultureInfo.InvariantCulture, $"{due}, after {delivery.AttemptsMade} attempts, the last {last}");
    }
}
