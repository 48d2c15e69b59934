using System.Diagnostics;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>One batch of settlements, decided one after the other on what was locked; then what changed is written.</summary>
internal sealed class Settling(
    DateTime now, Dictionary<long, SettlingDelivery> deliveries, Dictionary<Guid, SettlingLane> lanes, Dictionary<(Guid Attempt, long Delivery), SettleOutcome> answers)
{
    private readonly List<(Attempt Attempt, long Delivery, SettleOutcome Answer)> _attempts = [];

    /// <summary>Whether a lane may be due at another time than before.</summary>
    public bool TouchesLanes => lanes.Values.Any(lane => lane.IsTouched);

    /// <summary>Whether a delivery had ended already as a settlement without an attempt has it end.</summary>
    public bool WasSettled(Settlement settlement) => settlement.Attempt is null
        && deliveries.TryGetValue(settlement.Delivery.Value, out var delivery) && delivery.HadEnded
        && (settlement.Action, delivery.Status) is (SettlementAction.Dead, DeliveryStatus.Dead) or (SettlementAction.Cancel, DeliveryStatus.Cancelled)
            or (SettlementAction.Delivered, DeliveryStatus.Delivered);

    public SettleOutcome Settle(Settlement settlement)
    {
        if (!deliveries.TryGetValue(settlement.Delivery.Value, out var delivery))
            return SettleOutcome.Gone;
        if (settlement.Attempt is { } repeated && answers.TryGetValue((repeated.Id, delivery.Id), out var answered))
            return answered;
        var lane = lanes.GetValueOrDefault(delivery.Lane);
        var isCurrent = delivery.Lane == settlement.Lane.Value && lane?.Token == settlement.Token.Value && delivery.AttemptsMade == settlement.AttemptsMade;
        var answer = SettlementVerdict.Of(settlement, delivery.Status, isCurrent);
        if (settlement.Attempt is { } attempt)
        {
            answers.Add((attempt.Id, delivery.Id), answer);
            _attempts.Add((attempt, delivery.Id, answer));
            delivery.Note(attempt);
        }

        if (answer is SettleOutcome.Applied or SettleOutcome.Recovered)
            Apply(settlement, delivery, lane);
        return answer;
    }

    /// <summary>Adds what is to be written to a batch; false if that is nothing.</summary>
    public bool AddTo(StatementBatch batch)
    {
        var ended = deliveries.Values.Where(delivery => !delivery.HadEnded && !delivery.IsWaiting).OrderBy(delivery => delivery.Id).ToList();
        var putOff = deliveries.Values.Where(delivery => delivery is { HadEnded: false, IsWaiting: true, IsChanged: true }).OrderBy(delivery => delivery.Id).ToList();
        var amended = deliveries.Values.Where(delivery => delivery is { HadEnded: true, IsChanged: true }).OrderBy(delivery => delivery.Id).ToList();
        var changed = lanes.Values.Where(lane => lane.IsChanged).ToList();
        var touched = lanes.Values.Where(lane => lane.IsTouched).ToList();
        if (ended.Count > 0)
            AddEnded(batch, ended);
        if (putOff.Count > 0)
            AddPutOff(batch, putOff);
        if (amended.Count > 0)
            AddAmended(batch, amended);
        if (_attempts.Count > 0)
            AddAttempts(batch);
        if (changed.Count > 0)
            AddLanes(batch, changed);
        if (touched.Count > 0)
            batch.Add("stand_lanes", Param.Time(now), Param.Uuids(touched.Select(lane => lane.Id)));
        return ended.Count + putOff.Count + amended.Count + _attempts.Count + changed.Count + touched.Count > 0;
    }

    private void Apply(Settlement settlement, SettlingDelivery delivery, SettlingLane? lane)
    {
        if (SettlementVerdict.Counts(settlement))
            delivery.AttemptsMade++;
        delivery.IsChanged = true;
        switch (settlement.Action)
        {
            case SettlementAction.Delivered when !delivery.IsWaiting:
                (delivery.Status, delivery.Reason, delivery.IsAmended) = (DeliveryStatus.Delivered, null, true);
                return;
            case SettlementAction.Delivered:
                End(delivery, lane, DeliveryStatus.Delivered, reason: null);
                break;
            case SettlementAction.Dead:
                End(delivery, lane, DeliveryStatus.Dead, settlement.DeadReason);
                break;
            case SettlementAction.Cancel:
                End(delivery, lane, DeliveryStatus.Cancelled, reason: null);
                break;
            case SettlementAction.Retry:
                delivery.Cause = AttemptTrigger.Retry;
                PutOff(settlement, delivery, lane);
                break;
            case SettlementAction.Defer:
                PutOff(settlement, delivery, lane);
                break;
            case SettlementAction.Abandon:
                break;
            default:
                throw new UnreachableException();
        }

        if (lane is null)
            return;
        lane.Acquit(delivery.Id);
        lane.IsTouched |= lane.Token != settlement.Token.Value || lane.IsChanged;
    }

    private static void End(SettlingDelivery delivery, SettlingLane? lane, DeliveryStatus status, DeadReason? reason)
    {
        (delivery.Status, delivery.Reason) = (status, reason);
        lane?.TakeOut(delivery.Id);
    }

    /// <summary>Due again after the delay; where order is kept, the lane waits instead and the delivery stays at its head.</summary>
    private void PutOff(Settlement settlement, SettlingDelivery delivery, SettlingLane? lane)
    {
        var until = now.AddMicroseconds(Param.Microseconds(settlement.Delay));
        if (settlement.HoldsLane)
            lane?.KeepOrder(delivery.Id, until);
        else
            delivery.Due = until;
    }

    private void AddEnded(StatementBatch batch, List<SettlingDelivery> ended) => batch.Add(
        "end_deliveries",
        EndedDelivery.ParametersOf(Param.Time(now), ended.ConvertAll(delivery => new EndedDelivery(
            delivery.Id, delivery.Status, delivery.Reason, delivery.AttemptsMade, delivery.Latest?.StartedAt.UtcDateTime, (int?)delivery.Latest?.Outcome,
            delivery.Latest?.StatusCode))));

    private static void AddPutOff(StatementBatch batch, List<SettlingDelivery> putOff) => batch.Add(
        "put_off_deliveries", Param.Bigints(putOff.Select(delivery => delivery.Id)), Param.Times(putOff.Select(delivery => delivery.Due)),
        Param.Smallints(putOff.Select(delivery => (short)delivery.Cause)), Param.Ints(putOff.Select(delivery => delivery.AttemptsMade)),
        Param.Times(putOff.Select(delivery => delivery.Latest?.StartedAt.UtcDateTime)), Param.Smallints(putOff.Select(delivery => (short?)delivery.Latest?.Outcome)),
        Param.Ints(putOff.Select(delivery => delivery.Latest?.StatusCode)));

    private void AddAmended(StatementBatch batch, List<SettlingDelivery> amended) => batch.Add(
        "amend_ended", Param.Time(now), Param.Bigints(amended.Select(delivery => delivery.Id)),
        Param.Smallints(amended.Select(delivery => delivery.IsAmended ? (short?)delivery.Status : null)),
        Param.Ints(amended.Select(delivery => delivery.AttemptsMade)), Param.Times(amended.Select(delivery => delivery.Latest?.StartedAt.UtcDateTime)),
        Param.Smallints(amended.Select(delivery => (short?)delivery.Latest?.Outcome)), Param.Ints(amended.Select(delivery => delivery.Latest?.StatusCode)));

    private void AddAttempts(StatementBatch batch) => batch.Add(
        "add_attempts", Param.Uuids(_attempts.Select(item => item.Attempt.Id)), Param.Bigints(_attempts.Select(item => item.Delivery)),
        Param.Times(_attempts.Select(item => item.Attempt.StartedAt.UtcDateTime)), Param.Bigints(_attempts.Select(item => item.Attempt.Duration.Ticks)),
        Param.Ints(_attempts.Select(item => item.Attempt.Number)), Param.Ints(_attempts.Select(item => item.Attempt.StatusCode)),
        Param.Smallints(_attempts.Select(item => (short)item.Attempt.Trigger)), Param.Smallints(_attempts.Select(item => (short)item.Attempt.Outcome)),
        Param.Smallints(_attempts.Select(item => (short)item.Answer)), Param.Texts(_attempts.Select(item => StoredText.Clean(item.Attempt.ResponseBody))),
        Param.Texts(_attempts.Select(item => StoredText.Clean(item.Attempt.Detail))));

    private static void AddLanes(StatementBatch batch, List<SettlingLane> changed) => batch.Add(
        "change_lanes", Param.Uuids(changed.Select(lane => lane.Id)), Param.Bigints(changed.Select(lane => lane.Suspect)),
        Param.Smallints(changed.Select(lane => (short)lane.Expiries)), Param.Bigints(changed.Select(lane => lane.OrderDelivery)),
        Param.Times(changed.Select(lane => lane.OrderUntil)));
}
