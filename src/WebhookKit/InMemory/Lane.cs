using WebhookKit.Queueing;

namespace WebhookKit.InMemory;

/// <summary>
/// One lane's record. Its due time is the one number that says when it may be leased: free and waiting, the due time of its earliest delivery, not before
/// its holds end; held, the end of the lease, not before the hold that keeps order ends; never while nothing waits. States: free, held (a token), held with
/// a suspect alone.
/// </summary>
/// <remarks>
/// There are two holds. The one given at release protects the receiver; waking the lane ends it. The one that keeps order belongs to the delivery at the head
/// and ends early only when that delivery does.
/// </remarks>
internal sealed class Lane(LaneId id) : DueItem
{
    private StoredDelivery? _holding;
    private long _orderUntil;
    private int _suspectExpiries;
    private bool _woken;

    public LaneId Id { get; } = id;

    public LaneLine Line { get; } = new();

    public LaneState State { get; private set; } = LaneState.New;

    /// <summary>The current lease; null while the lane is free.</summary>
    public LaneToken? Token { get; private set; }

    /// <summary>The worker that holds it; null while the lane is free.</summary>
    public string? Worker { get; private set; }

    /// <summary>When the current lease ends.</summary>
    public long LeaseEnd { get; private set; }

    /// <summary>Until when the last holder had it sleep.</summary>
    public long HoldUntil { get; private set; }

    /// <summary>When both holds are over.</summary>
    public long NotBefore => Math.Max(HoldUntil, _orderUntil);

    /// <summary>Where it stands while it is held: when somebody else may have it.</summary>
    public long HeldDue => Math.Max(LeaseEnd, _orderUntil);

    /// <summary>The delivery sent alone since a lease expired, until it is settled.</summary>
    public StoredDelivery? Suspect { get; private set; }

    /// <summary>Whom the latest delivery added goes to, for the next one to share.</summary>
    public Recipient? LastRecipient { get; set; }

    public void StandAt(long due, long order)
    {
        Due = due;
        Order = order;
    }

    public void Lease(LaneToken token, string worker, long until)
    {
        (Token, Worker, LeaseEnd) = (token, worker, until);
        _woken = false;
    }

    /// <summary>Two renewals may overtake each other on their way; the longer lease stands.</summary>
    public void Renew(long until) => LeaseEnd = Math.Max(LeaseEnd, until);

    /// <summary>Ends a hold; one that the current holder will give at release was decided before and does not count.</summary>
    public void EndHold()
    {
        HoldUntil = 0;
        _woken = true;
    }

    /// <summary>Whether the lane waits for the delivery at its head.</summary>
    public bool KeepsOrder(long now) => _orderUntil > now;

    /// <summary>Has the lane wait for this delivery, in place of any that it waited for.</summary>
    public void KeepOrder(StoredDelivery delivery, long until) => (_holding, _orderUntil) = (delivery, until);

    /// <summary>The lease expired. Answers with the suspect if that was once too often.</summary>
    public StoredDelivery? CountExpiry() => Suspect is not null && ++_suspectExpiries >= SuspectRule.ExpiriesAllowed ? Suspect : null;

    public void SendAlone(StoredDelivery delivery)
    {
        if (ReferenceEquals(Suspect, delivery))
            return;
        Suspect = delivery;
        _suspectExpiries = 0;
    }

    /// <summary>A delivery was settled: it did not bring its sender down.</summary>
    public void Acquit(StoredDelivery delivery)
    {
        if (ReferenceEquals(Suspect, delivery))
            ClearSuspicion();
    }

    /// <summary>A delivery has ended: the lane waits for it no longer.</summary>
    public void TakeOut(StoredDelivery delivery)
    {
        Line.Remove(delivery);
        Acquit(delivery);
        if (ReferenceEquals(_holding, delivery))
            (_holding, _orderUntil) = (null, 0);
    }

    /// <summary>The holder has gone, and had nothing in flight or has said goodbye.</summary>
    public void Free()
    {
        (Token, Worker, LeaseEnd) = (null, null, 0);
        ClearSuspicion();
    }

    public void Free(LaneState state, long holdUntil)
    {
        Free();
        State = state;
        HoldUntil = _woken ? 0 : holdUntil;
    }

    public LaneRecord ToRecord(StoreClock clock, long now) => new()
    {
        Lane = Id,
        Waiting = Line.Count,
        Head = Line.Head is { } head ? new DeliveryId(head.Id) : null,
        HeldBy = Worker,
        LeasedUntil = Token is null ? null : clock.ToUtc(LeaseEnd),
        HeldUntil = NotBefore > now ? clock.ToUtc(NotBefore) : null,
        Now = clock.ToUtc(now),
    };

    private void ClearSuspicion()
    {
        Suspect = null;
        _suspectExpiries = 0;
    }
}
