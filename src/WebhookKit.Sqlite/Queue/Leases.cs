using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.Queue;

/// <summary>Grants, refills, renews and ends leases.</summary>
internal sealed class Leases(Contents contents, Action<Guid, WebhookStoreException> unreadable)
{
    /// <summary>For how long a lane is set back in which something cannot be read: all others go on.</summary>
    public static readonly TimeSpan UnreadableHold = TimeSpan.FromMinutes(5);

    public Grant Grant(LeaseRequest request, long now)
    {
        var (leased, lanes) = (new List<GrantedLane>(), new HashSet<LaneId>());
        var suspects = new List<SuspectDelivery>();
        var giver = new Giver(contents);
        contents.Lanes.RemoveRested(now);
        while (leased.Count < request.MaxLanes && contents.Lanes.FirstDue(now) is { } lane)
        {
            if (TryWork(lane, request, suspects, giver, now) is not { } granted)
                continue;
            leased.Add(granted);
            lanes.Add(granted.Lane);
        }

        return new Grant(leased, suspects, now, contents.Lanes.NextDue(lanes));
    }

    public GrantedRefill Refill(LaneRefill request, long now)
    {
        if (contents.Lanes.FindHeld(request.Lane, request.Token) is not { } lane)
            return new GrantedRefill(request.Lane, Lost: true, [], [], now);
        var given = lane.Suspect is null && !lane.KeepsOrder(now) && request.Quota > 0 ? GiveOut(lane, request, now) : [];
        return new GrantedRefill(
            request.Lane, Lost: false, TryGive(lane, given), [.. request.InFlight.Where(id => !contents.Deliveries.IsWaiting(id.Value))], now);
    }

    public RenewOutcome Renew(LaneRenewal request, long now)
    {
        if (contents.Lanes.FindHeld(request.Lane, request.Token) is not { } lane)
            return RenewOutcome.Lost;
        // Two renewals may overtake each other on their way; the longer lease stands.
        lane.LeaseUntil = Math.Max(lane.LeaseUntil, FileClock.After(now, request.Lease));
        contents.Lanes.Stand(lane, lane.HeldDue);
        return RenewOutcome.Renewed;
    }

    public void Release(LaneRelease request, long now)
    {
        if (contents.Lanes.FindHeld(request.Lane, request.Token) is not { } lane)
            return;
        lane.Free();
        lane.Concurrency = request.State.Concurrency;
        lane.HoldUntil = lane.Woken ? 0 : FileClock.After(now, request.Hold);
        contents.Lanes.Leave(lane, now);
    }

    public void Wake(LaneId id, long now)
    {
        if (contents.Lanes.Find(id.Value) is not { } lane)
            return;
        lane.EndHold();
        if (lane.Token is null)
            contents.Lanes.Leave(lane, now);
        else
            contents.Lanes.Write(lane);
    }

    private GrantedLane? TryWork(LaneRow lane, LeaseRequest request, List<SuspectDelivery> suspects, Giver giver, long now)
    {
        try
        {
            return Work(lane, request, suspects, giver, now);
        }
        catch (WebhookStoreException e) when (e.Fault == StoreFault.Unreadable)
        {
            // What was written of it before is right by itself: a suspect that ended.
            unreadable(lane.Id, e);
            lane.HoldUntil = FileClock.After(now, UnreadableHold);
            contents.Lanes.Stand(lane, lane.NotBefore);
            return null;
        }
    }

    /// <summary>What cannot be read is left for the next lease, which sets the lane back.</summary>
    private IReadOnlyList<GrantedDelivery> TryGive(LaneRow lane, List<DeliveryRow> deliveries)
    {
        try
        {
            return new Giver(contents).Give(deliveries);
        }
        catch (WebhookStoreException e) when (e.Fault == StoreFault.Unreadable)
        {
            unreadable(lane.Id, e);
            return [];
        }
    }

    private GrantedLane? Work(LaneRow lane, LeaseRequest request, List<SuspectDelivery> suspects, Giver giver, long now)
    {
        var expired = lane.Token is not null;
        if (expired && lane.CountExpiry() is { } suspect && contents.Deliveries.FindWaiting(suspect) is { } delivery)
        {
            suspects.Add(ToSuspect(delivery, giver.Read(delivery.Message).Message));
            contents.End(delivery, lane, DeliveryStatus.Dead, DeadReason.Suspect, now);
        }

        var deliveries = contents.Deliveries.Due(lane.Id, now, expired ? 1 : request.MaxDeliveriesPerLane);
        if (deliveries.Count == 0)
        {
            lane.Free();
            contents.Lanes.Leave(lane, now);
            return null;
        }

        // Before anything is written: it may turn out to be unreadable.
        var given = giver.Give(deliveries);
        if (expired)
            lane.SendAlone(deliveries[0].Id);
        var token = LaneTable.NewToken();
        lane.Lease(token, request.Worker, FileClock.After(now, request.Lease));
        contents.Lanes.Stand(lane, lane.HeldDue);
        return new GrantedLane(new LaneId(lane.Id), new LaneToken(token), lane.State, given);
    }

    /// <summary>What is in flight stands among the first of the line, so that as many more are read as are named.</summary>
    private List<DeliveryRow> GiveOut(LaneRow lane, LaneRefill request, long now)
    {
        var named = request.InFlight.Select(id => id.Value).ToHashSet();
        return [.. contents.Deliveries.Due(lane.Id, now, request.Quota + named.Count).Where(delivery => !named.Contains(delivery.Id)).Take(request.Quota)];
    }

    private static SuspectDelivery ToSuspect(DeliveryRow delivery, WebhookMessage message) => new()
    {
        Id = new DeliveryId(delivery.Id),
        MessageId = message.PublicId,
        Tenant = message.Tenant,
        EventType = message.EventType,
        Subscription = delivery.Subscription,
        Destination = delivery.Destination,
        AttemptsMade = delivery.Attempts,
    };
}
