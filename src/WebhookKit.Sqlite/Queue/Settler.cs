using System.Diagnostics;
using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.Queue;

/// <summary>Settles and cancels deliveries.</summary>
internal sealed class Settler(Contents contents)
{
    public SettleOutcome Settle(Settlement settlement, long now)
    {
        if (contents.Deliveries.Find(settlement.Delivery.Value) is not { } delivery)
            return SettleOutcome.Gone;
        if (delivery.Logged > 0 && settlement.Attempt is { } repeated && contents.Attempts.AnswerTo(delivery.Id, repeated.Id) is { } answered)
            return answered;
        var lane = delivery.IsWaiting ? contents.LaneOf(delivery) : null;
        var isCurrent = lane is not null && lane.Id == settlement.Lane.Value && lane.Token == settlement.Token.Value
            && delivery.Attempts == settlement.AttemptsMade;
        var answer = SettlementVerdict.Of(settlement, delivery.Status, isCurrent);
        if (settlement.Attempt is { } attempt)
            contents.Attempts.Add(delivery, attempt, answer);
        if (answer is SettleOutcome.Applied or SettleOutcome.Recovered)
            Apply(delivery, lane, settlement, now);
        else if (settlement.Attempt is not null)
            contents.Deliveries.Write(delivery);
        return answer;
    }

    /// <summary>Cancels a delivery, whoever holds its lane.</summary>
    public CancelOutcome Cancel(DeliveryId id, long now)
    {
        if (contents.Deliveries.FindWaiting(id.Value) is not { } delivery)
            return CancelOutcome.NotWaiting;
        Cancel(delivery, now);
        return CancelOutcome.Cancelled;
    }

    /// <summary>Cancels some of what waits of a message, whoever holds the lanes.</summary>
    public CancelledBatch CancelMessage(string messageId, int most, long now)
    {
        if (contents.Messages.Find(messageId) is not { } message)
            return default;
        // What is made of the rest of its targets is the newest there is.
        for (var left = most; left > 0;)
        {
            var expanded = contents.Expand(message.No, left);
            if (expanded == 0)
                break;
            left -= expanded;
        }

        var waiting = contents.Deliveries.NewestWaiting(message.No, most);
        foreach (var delivery in waiting)
            Cancel(delivery, now);
        return new CancelledBatch(waiting.Count, message.Waiting > waiting.Count);
    }

    private void Cancel(DeliveryRow delivery, long now)
    {
        var lane = contents.LaneOf(delivery);
        contents.End(delivery, lane, DeliveryStatus.Cancelled, reason: null, now);
        contents.Lanes.Changed(lane, now);
    }

    private void Apply(DeliveryRow delivery, LaneRow? lane, Settlement settlement, long now)
    {
        if (SettlementVerdict.Counts(settlement))
            delivery.Attempts++;
        if (lane is null)
        {
            // It ended otherwise than was known; it counts from now on.
            (delivery.Status, delivery.DeadReason, delivery.Due) = (DeliveryStatus.Delivered, null, now);
            contents.Deliveries.Write(delivery);
            return;
        }

        switch (settlement.Action)
        {
            case SettlementAction.Delivered:
                contents.End(delivery, lane, DeliveryStatus.Delivered, reason: null, now);
                break;
            case SettlementAction.Dead:
                contents.End(delivery, lane, DeliveryStatus.Dead, settlement.DeadReason, now);
                break;
            case SettlementAction.Cancel:
                contents.End(delivery, lane, DeliveryStatus.Cancelled, reason: null, now);
                break;
            case SettlementAction.Retry:
                delivery.Trigger = AttemptTrigger.Retry;
                PutOff(delivery, lane, settlement, now);
                break;
            case SettlementAction.Defer:
                PutOff(delivery, lane, settlement, now);
                break;
            case SettlementAction.Abandon:
                contents.Deliveries.Write(delivery);
                break;
            default:
                throw new UnreachableException();
        }

        lane.Acquit(delivery.Id);
        contents.Lanes.Changed(lane, now);
    }

    /// <summary>Due again after the delay; where order is kept, the lane waits instead and the delivery stays at its head.</summary>
    private void PutOff(DeliveryRow delivery, LaneRow lane, Settlement settlement, long now)
    {
        var until = FileClock.After(now, settlement.Delay);
        if (settlement.HoldsLane)
            lane.KeepOrder(delivery.Id, until);
        else
            delivery.Due = until;
        contents.Deliveries.Write(delivery);
    }
}
