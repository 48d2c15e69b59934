using WebhookKit.Subscriptions;

namespace WebhookKit.Operations;

/// <summary>Ends the hold of a subscription's lane. No caller's token: the change of status is made already.</summary>
internal sealed class LaneWaker(IDeliveryQueue queue) : ILaneWaker
{
    public ValueTask WakeAsync(SubscriptionId subscription) => queue.WakeAsync([LaneId.Of(subscription)], CancellationToken.None);
}
