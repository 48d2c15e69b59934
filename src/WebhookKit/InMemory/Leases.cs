using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace WebhookKit.InMemory;

/// <summary>Grants, refills, renews and ends leases. Called under the store's lock.</summary>
internal sealed class Leases(StoreContents contents, StoreClock clock)
{
    private long _refills;

    public LeaseResult Grant(LeaseRequest request, long now)
    {
        var grantedAt = clock.Timestamp(now);
        var leased = new List<LeasedLane>();
        var lanes = new List<Lane>();
        var suspects = new List<SuspectDelivery>();
        while (lanes.Count < request.MaxLanes && contents.Lanes.TryTakeDue(now, out var lane))
        {
            if (Work(lane, request, suspects, now) is not { } granted)
                continue;
            leased.Add(granted);
            lanes.Add(lane);
        }

        var next = contents.Lanes.NextDue;
        foreach (var lane in lanes)
            contents.Lanes.Stand(lane, lane.HeldDue);
        return new LeaseResult
        {
            Lanes = leased,
            Now = clock.ToUtc(now),
            GrantedAt = grantedAt,
            NextDue = next == StoreClock.Never ? null : TimeSpan.FromTicks(Math.Max(0, next - now)),
            Suspects = suspects,
        };
    }

    public LaneRefillResult Refill(LaneRefill request, long now)
    {
        if (!TryGetHeld(request.Lane, request.Token, out var lane))
            return new LaneRefillResult { Lane = request.Lane, Lost = true, Deliveries = [] };
        var given = lane.Suspect is null && !lane.KeepsOrder(now) && request.Quota > 0 ? GiveOut(lane, request, now) : [];
        return new LaneRefillResult
        {
            Lane = request.Lane,
            Lost = false,
            Deliveries = given.ConvertAll(delivery => delivery.ToLeased(clock, now)),
            Ended = [.. request.InFlight.Where(HasEnded)],
        };
    }

    public RenewOutcome Renew(LaneRenewal request, long now)
    {
        if (!TryGetHeld(request.Lane, request.Token, out var lane))
            return RenewOutcome.Lost;
        lane.Renew(StoreClock.After(now, request.Lease));
        contents.Lanes.Stand(lane, lane.HeldDue);
        return RenewOutcome.Renewed;
    }

    public void Release(LaneRelease request, long now)
    {
        if (!TryGetHeld(request.Lane, request.Token, out var lane))
            return;
        lane.Line.TakeBack(exceptNamedBy: null);
        lane.Free(request.State, StoreClock.After(now, request.Hold));
        contents.Lanes.Leave(lane, now);
    }

    public void Wake(LaneId id, long now)
    {
        if (!contents.Lanes.TryGet(id, out var lane))
            return;
        lane.EndHold();
        if (lane.Token is null)
            contents.Lanes.Leave(lane, now);
    }

    private LeasedLane? Work(Lane lane, LeaseRequest request, List<SuspectDelivery> suspects, long now)
    {
        var expired = lane.Token is not null;
        if (expired)
            Recover(lane, suspects, now);
        var deliveries = lane.Line.GiveOut(expired ? 1 : request.MaxDeliveriesPerLane, now, exceptNamedBy: null);
        if (deliveries.Count == 0)
        {
            lane.Free();
            contents.Lanes.Leave(lane, now);
            return null;
        }

        if (expired)
            lane.SendAlone(deliveries[0]);
        var token = NewToken();
        lane.Lease(token, request.Worker, StoreClock.After(now, request.Lease));
        return new LeasedLane
        {
            Lane = lane.Id,
            Token = token,
            State = lane.State,
            Deliveries = deliveries.ConvertAll(delivery => delivery.ToLeased(clock, now)),
        };
    }

    private void Recover(Lane lane, List<SuspectDelivery> suspects, long now)
    {
        lane.Line.TakeBack(exceptNamedBy: null);
        if (lane.CountExpiry() is not { } suspect)
            return;
        contents.End(suspect, DeliveryStatus.Dead, DeadReason.Suspect, now);
        suspects.Add(suspect.ToSuspect());
    }

    private List<StoredDelivery> GiveOut(Lane lane, LaneRefill request, long now)
    {
        _refills++;
        foreach (var id in request.InFlight)
        {
            if (contents.Deliveries.TryGet(id.Value, out var delivery))
                delivery.NamedBy = _refills;
        }

        lane.Line.TakeBack(exceptNamedBy: _refills);
        return lane.Line.GiveOut(request.Quota, now, exceptNamedBy: _refills);
    }

    private bool HasEnded(DeliveryId id) => !contents.Deliveries.TryGet(id.Value, out var delivery) || !delivery.IsWaiting;

    private bool TryGetHeld(LaneId id, LaneToken token, [NotNullWhen(true)] out Lane? lane) =>
        contents.Lanes.TryGet(id, out lane) && lane.Token == token;

    private static LaneToken NewToken()
    {
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        return new LaneToken(new Guid(random));
    }
}
