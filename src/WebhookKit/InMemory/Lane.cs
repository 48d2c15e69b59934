namespace WebhookKit.InMemory;

/// <summary>
/// One lane's record. Its due time is the one number that says when it may be leased: free and waiting, the due time of its earliest delivery, not before
/// the hold ends; held, the end of the lease; never while nothing waits. States: free, held (a token), held with a suspect alone.
/// </summary>
internal sealed class Lane(LaneId id) : DueItem
{
    /// <summary>How many leases may end without a word while one delivery is alone in flight, before that delivery is taken to be the cause.</summary>
    private const int ExpiriesAllowed = 3;

    private int _suspectExpiries;
    private bool _woken;

    public LaneId Id { get; } = id;

    public LaneLine Line { get; } = new();

    public LaneState State { get; private set; } = LaneState.New;

    /// <summary>The current lease; null while the lane is free.</summary>
    public LaneToken? Token { get; private set; }

    public long HoldUntil { get; private set; }

    /// <summary>The delivery sent alone since a lease expired, until it is settled.</summary>
    public StoredDelivery? Suspect { get; private set; }

    public void StandAt(long due, long order)
    {
        Due = due;
        Order = order;
    }

    public void Hold(LaneToken token)
    {
        Token = token;
        _woken = false;
    }

    /// <summary>Ends a hold; one that the current holder will give at release was decided before and does not count.</summary>
    public void EndHold()
    {
        HoldUntil = 0;
        _woken = true;
    }

    /// <summary>The lease expired. Answers with the suspect if that was once too often.</summary>
    public StoredDelivery? CountExpiry() => Suspect is not null && ++_suspectExpiries >= ExpiriesAllowed ? Suspect : null;

    public void SendAlone(StoredDelivery delivery)
    {
        if (ReferenceEquals(Suspect, delivery))
            return;
        Suspect = delivery;
        _suspectExpiries = 0;
    }

    public void ClearSuspicion()
    {
        Suspect = null;
        _suspectExpiries = 0;
    }

    /// <summary>The holder has gone, and had nothing in flight or has said goodbye.</summary>
    public void Free()
    {
        Token = null;
        ClearSuspicion();
    }

    public void Free(LaneState state, long holdUntil)
    {
        Free();
        State = state;
        HoldUntil = _woken ? 0 : holdUntil;
    }
}
