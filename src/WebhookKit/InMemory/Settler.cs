using System.Diagnostics;

namespace WebhookKit.InMemory;

/// <summary>
/// Settles deliveries. Fencing is asymmetric: a success is a fact and ends the delivery whoever holds the lane; anything else is the holder's to say, at the
/// attempt it was given. Called under the store's lock.
/// </summary>
internal sealed class Settler(StoreContents contents)
{
    public SettleResult Settle(Settlement settlement, long now)
    {
        if (!contents.Deliveries.TryGet(settlement.Delivery.Value, out var delivery))
            return SettleResult.Gone;
        if (settlement.Attempt is { } repeated && delivery.Attempts?.AnswerTo(repeated.Id) is { } answered)
            return answered;
        var answer = Judge(delivery, settlement);
        if (settlement.Attempt is { } attempt)
            contents.Log(delivery, attempt, answer);
        if (answer == SettleResult.Applied)
            Apply(delivery, settlement, now);
        return answer;
    }

    private static SettleResult Judge(StoredDelivery delivery, Settlement settlement)
    {
        if (settlement.Action == SettlementAction.Delivered)
            return delivery.Status is DeliveryStatus.Waiting or DeliveryStatus.Dead ? SettleResult.Applied : SettleResult.Gone;
        if (!delivery.IsWaiting)
            return SettleResult.Gone;
        var current = delivery.Lane.Id == settlement.Lane && delivery.Lane.Token == settlement.Token && delivery.AttemptsMade == settlement.AttemptsMade;
        return current ? SettleResult.Applied : SettleResult.Stale;
    }

    private void Apply(StoredDelivery delivery, Settlement settlement, long now)
    {
        if (Counts(settlement))
            delivery.AttemptsMade++;
        switch (settlement.Action)
        {
            case SettlementAction.Delivered when !delivery.IsWaiting:
                delivery.End(DeliveryStatus.Delivered, reason: null, now);
                return;
            case SettlementAction.Delivered:
                contents.End(delivery, DeliveryStatus.Delivered, reason: null, now);
                break;
            case SettlementAction.Dead:
                contents.End(delivery, DeliveryStatus.Dead, settlement.DeadReason, now);
                break;
            case SettlementAction.Cancel:
                contents.End(delivery, DeliveryStatus.Cancelled, reason: null, now);
                break;
            case SettlementAction.Retry:
                delivery.Trigger = AttemptTrigger.Retry;
                MakeDue(delivery, StoreClock.After(now, settlement.Delay), now);
                break;
            case SettlementAction.Defer:
                MakeDue(delivery, StoreClock.After(now, settlement.Delay), now);
                break;
            case SettlementAction.Abandon:
                MakeDue(delivery, delivery.Due, now);
                break;
            default:
                throw new UnreachableException();
        }

        if (ReferenceEquals(delivery.Lane.Suspect, delivery))
            delivery.Lane.ClearSuspicion();
        contents.Lanes.Shortened(delivery.Lane, now);
    }

    private static void MakeDue(StoredDelivery delivery, long due, long now)
    {
        delivery.Lane.Line.Remove(delivery);
        delivery.Due = due;
        delivery.Lane.Line.Add(delivery, now);
    }

    /// <summary>What the sender cut short, or failed at itself, is logged but not counted.</summary>
    private static bool Counts(Settlement settlement) => settlement.Action switch
    {
        SettlementAction.Delivered or SettlementAction.Retry => true,
        SettlementAction.Dead => settlement.Attempt is { Outcome: not (AttemptOutcome.Cancelled or AttemptOutcome.SenderError) },
        _ => false,
    };
}
