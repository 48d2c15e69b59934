namespace WebhookKit.Dispatching;

/// <summary>The slots of one lane's worker: takes what is free, and stands in the line where nothing is. Used by the worker's loop only.</summary>
/// <param name="pool">The slots of this node.</param>
/// <param name="granted">Called when the lane's turn in the line has come, from any thread.</param>
internal sealed class LaneSlots(SlotPool pool, Action granted)
{
    private SlotTicket? _ticket;

    /// <summary>Whether a retry of the lane stands in the line.</summary>
    public bool HasRetryInLine => _ticket is { ForRetry: true };

    /// <summary>Whether a slot went past the retry because the lane had no room: first attempts must leave it some.</summary>
    public bool OwesRoom => _ticket is { WasPassed: true };

    /// <summary>
    /// A slot for the next delivery, or, if that is a retry and none is free for it, a reserved one for a first attempt behind it; null if none is free.
    /// </summary>
    /// <param name="nextIsRetry">Whether the next delivery is a retry.</param>
    /// <param name="hasFirstAttempt">Whether a first attempt may be started before it.</param>
    public Slot? Take(bool nextIsRetry, bool hasFirstAttempt)
    {
        if (_ticket is { Rests: true } resting)
            pool.Resume(resting);
        if (_ticket is { Granted: { } slot } ticket)
        {
            _ticket = ticket.Remainder;
            // What it waited for may be gone meanwhile.
            if (slot == Slot.Common || hasFirstAttempt)
                return slot;
            pool.Release(slot);
        }

        if (!nextIsRetry)
            return TryTake(Slot.Reserved) ?? TryTake(Slot.Common);
        return TryTake(Slot.Common) ?? (hasFirstAttempt ? TryTake(Slot.Reserved) : null);
    }

    /// <summary>Joins the line, or stays in it; false for a retry that finds it full.</summary>
    public bool Wait(bool forRetry)
    {
        if (_ticket is null)
            _ticket = pool.Queue(forRetry, granted);
        else if (!forRetry)
            pool.Widen(_ticket);
        return _ticket is not null;
    }

    /// <summary>Nothing further can be started at the moment: a retry keeps its place in the line, without being in the way of others.</summary>
    public void Rest()
    {
        if (_ticket is { ForRetry: true } ticket)
            _ticket = pool.Rest(ticket);
        else
            Leave();
    }

    /// <summary>Nothing further is to be started.</summary>
    public void Leave()
    {
        if (_ticket is not null)
            pool.Leave(_ticket);
        _ticket = null;
    }

    private Slot? TryTake(Slot slot) => pool.TryTake(slot) ? slot : null;
}
