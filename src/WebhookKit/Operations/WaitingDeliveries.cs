using WebhookKit.Subscriptions;

namespace WebhookKit.Operations;

/// <summary>Wakes or cancels what waits for a subscription. No caller's token: the change of the subscription is made already.</summary>
internal sealed class WaitingDeliveries(IDeliveryQueue queue, Cancellation cancellation, ISubscriptionStore subscriptions) : IWaitingDeliveries
{
    public ValueTask WakeAsync(SubscriptionId subscription) => queue.WakeAsync([LaneId.Of(subscription)], CancellationToken.None);

    public async ValueTask CancelAsync(SubscriptionId subscription) => await cancellation.CancelAsync(subscription, IsOffAsync).ConfigureAwait(false);

    private async ValueTask<bool> IsOffAsync(SubscriptionId subscription) =>
        await subscriptions.FindAsync(subscription, CancellationToken.None).ConfigureAwait(false) is null or { Status: SubscriptionStatus.Inactive };
}
