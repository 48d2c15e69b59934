using System.Diagnostics;
using WebhookKit.Storage;

namespace WebhookKit.InMemory;

/// <summary>Settles and cancels deliveries. Called under the store's lock.</summary>
internal sealed class Settler(StoreContents contents)
{
    public SettleOutcome Settle(Settlement settlement, long now)
    {
        if (!contents.Deliveries.TryGet(settlement.Delivery.Value, out var delivery))
            return SettleOutcome.Gone;
        if (settlement.Attempt is { } repeated && delivery.Attempts?.AnswerTo(repeated.Id) is { } answered)
            return answered;
        var answer = SettlementVerdict.Of(settlement, delivery.Status, IsCurrent(delivery, settlement));
        var applies = answer is SettleOutcome.Applied or SettleOutcome.Recovered;
        if (settlement.Attempt is { } attempt)
            contents.Log(delivery, attempt, answer, ends: applies && SettlementVerdict.Ends(settlement.Action));
        if (applies)
            Apply(delivery, settlement, now);
        return answer;
    }

    /// <summary>Cancels a delivery, whoever holds its lane.</summary>
    public CancelOutcome Cancel(DeliveryId id, long now)
    {
        if (!contents.Deliveries.TryGet(id.Value, out var delivery) || !delivery.IsWaiting)
            return CancelOutcome.NotWaiting;
        Cancel(delivery, now);
        return CancelOutcome.Cancelled;
    }

    /// <summary>Cancels some of what waits of a message, whoever holds the lanes.</summary>
    public CancelledBatch CancelMessage(string messageId, int most, long now)
    {
        if (!contents.Messages.TryGet(messageId, out var message))
            return default;
        // What is made of the rest of its targets is the newest there is.
        contents.Expand(message, most, now);
        var waiting = new List<StoredDelivery>();
        for (var at = message.Waiting > 0 ? message.Deliveries.Newest : null; at is not null && waiting.Count < most; at = at.InMessage.Older)
        {
            if (at.IsWaiting)
                waiting.Add(at);
        }

        foreach (var delivery in waiting)
            Cancel(delivery, now);
        return new CancelledBatch(waiting.Count, message.Waiting > 0);
    }

    private void Cancel(StoredDelivery delivery, long now)
    {
        contents.End(delivery, DeliveryStatus.Cancelled, reason: null, now);
        contents.Lanes.Changed(delivery.Lane, now);
    }

    private static bool IsCurrent(StoredDelivery delivery, Settlement settlement) =>
        delivery.Lane.Id == settlement.Lane && delivery.Lane.Token == settlement.Token && delivery.AttemptsMade == settlement.AttemptsMade;

    private void Apply(StoredDelivery delivery, Settlement settlement, long now)
    {
        if (SettlementVerdict.Counts(settlement))
            delivery.AttemptsMade++;
        switch (settlement.Action)
        {
            case SettlementAction.Delivered when !delivery.IsWaiting:
                contents.Amend(delivery, DeliveryStatus.Delivered, now);
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
                PutOff(delivery, settlement, now);
                break;
            case SettlementAction.Defer:
                PutOff(delivery, settlement, now);
                break;
            case SettlementAction.Abandon:
                MakeDue(delivery, delivery.Due, now);
                break;
            default:
                throw new UnreachableException();
        }

        delivery.Lane.Acquit(delivery);
        contents.Lanes.Changed(delivery.Lane, now);
    }

    /// <summary>Due again after the delay; where order is kept, the lane waits instead and the delivery stays at its head.</summary>
    private static void PutOff(StoredDelivery delivery, Settlement settlement, long now)
    {
        var until = StoreClock.After(now, settlement.Delay);
        MakeDue(delivery, settlement.HoldsLane ? delivery.Due : until, now);
        if (settlement.HoldsLane)
            delivery.Lane.KeepOrder(delivery, until);
    }

    private static void MakeDue(StoredDelivery delivery, long due, long now)
    {
        delivery.Lane.Line.Remove(delivery);
        delivery.Due = due;
        delivery.Lane.Line.Add(delivery, now);
    }
}
