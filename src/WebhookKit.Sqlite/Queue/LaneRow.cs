using WebhookKit.Queueing;

namespace WebhookKit.Sqlite.Queue;

/// <summary>
/// One lane's record. States: free, held (a token), held with a suspect alone. There are two holds: the one given at release protects the receiver, and waking
/// the lane ends it; the one that keeps order belongs to the delivery at the head and ends early only when that delivery does.
/// </summary>
internal sealed record LaneRow(Guid Id)
{
    /// <summary>When it may be leased; null while nothing waits in it.</summary>
    public long? Due { get; set; }

    /// <summary>Whose turn it is among lanes that are due at the same time.</summary>
    public long Turn { get; set; }

    /// <summary>The current lease; null while the lane is free.</summary>
    public Guid? Token { get; set; }

    public string? Worker { get; set; }

    public long LeaseUntil { get; set; }

    public long HoldUntil { get; set; }

    public long OrderUntil { get; set; }

    /// <summary>The delivery for whose sake it keeps order.</summary>
    public long? OrderDelivery { get; set; }

    /// <summary>The delivery sent alone since a lease expired, until it is settled.</summary>
    public long? Suspect { get; set; }

    public int Expiries { get; set; }

    /// <summary>Whether it was woken during the current lease: a hold that its holder gives at release was decided before.</summary>
    public bool Woken { get; set; }

    public int? Concurrency { get; set; }

    /// <summary>When both holds are over.</summary>
    public long NotBefore => Math.Max(HoldUntil, OrderUntil);

    /// <summary>Where it stands while it is held: when somebody else may have it.</summary>
    public long HeldDue => Math.Max(LeaseUntil, OrderUntil);

    public LaneState State => new() { Concurrency = Concurrency };

    public bool KeepsOrder(long now) => OrderUntil > now;

    public void Lease(Guid token, string worker, long until) => (Token, Worker, LeaseUntil, Woken) = (token, worker, until, false);

    public void EndHold() => (HoldUntil, Woken) = (0, true);

    public void KeepOrder(long delivery, long until) => (OrderDelivery, OrderUntil) = (delivery, until);

    /// <summary>The lease expired. Answers with the suspect if that was once too often.</summary>
    public long? CountExpiry() => Suspect is not null && ++Expiries >= SuspectRule.ExpiriesAllowed ? Suspect : null;

    public void SendAlone(long delivery)
    {
        if (Suspect != delivery)
            (Suspect, Expiries) = (delivery, 0);
    }

    /// <summary>A delivery was settled: it did not bring its sender down.</summary>
    public void Acquit(long delivery)
    {
        if (Suspect == delivery)
            (Suspect, Expiries) = (null, 0);
    }

    /// <summary>A delivery has ended: the lane waits for it no longer.</summary>
    public void TakeOut(long delivery)
    {
        Acquit(delivery);
        if (OrderDelivery == delivery)
            (OrderDelivery, OrderUntil) = (null, 0);
    }

    /// <summary>The holder has gone, and had nothing in flight or has said goodbye.</summary>
    public void Free() => (Token, Worker, LeaseUntil, Suspect, Expiries) = (null, null, 0, null, 0);
}
