using WebhookKit.Queueing;

namespace WebhookKit.Dispatching;

/// <summary>
/// One slot for each request that this node may have in flight. Some are reserved for first attempts, so that retries, however many of them hang, never keep
/// what is new. The others are common: whoever waits for one gets it in turn, retries and first attempts alike, so that neither starves the other.
/// </summary>
/// <remarks>
/// Only a few retries wait in the line, since each holds the place of its lane meanwhile. A lane that finds the line full is given back for a moment; those
/// lanes come back one after the other, a hundredth of a second apart, so that a crowd of them neither spins nor returns at once.
/// </remarks>
internal sealed class SlotPool
{
    private static readonly TimeSpan BetweenReturns = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly LinkedList<SlotTicket> _line = new();
    private readonly TimeProvider _time;
    private readonly int _all;
    private readonly int _retryPlaces;
    private int _common;
    private int _reserved;
    private int _retriesInLine;
    private TimeSpan _nextReturn;
    private long _askedAt;

    public SlotPool(DispatcherOptions options, TimeProvider time)
    {
        _time = time;
        _askedAt = time.GetTimestamp();
        _all = options.MaxConcurrency;
        _reserved = options.Reserved;
        _common = _all - _reserved;
        _retryPlaces = Math.Max(1, _common / 4);
    }

    /// <summary>
    /// How many lanes may be worked at once: enough that those whose retries hang or wait in the line leave as many as there are reserved slots.
    /// </summary>
    public int LanePlaces => _all + _retryPlaces;

    /// <summary>How many requests are in flight.</summary>
    public int InUse
    {
        get
        {
            lock (_lock)
                return _all - _common - _reserved;
        }
    }

    /// <summary>Takes a free slot of this kind. A common one is free only while nobody waits for it.</summary>
    public bool TryTake(Slot slot)
    {
        lock (_lock)
        {
            if ((slot == Slot.Reserved ? _reserved : _common) == 0)
                return false;
            Count(slot, -1);
            return true;
        }
    }

    /// <summary>Joins the line; null for a retry when enough of them stand in it.</summary>
    /// <param name="forRetry">Whether a retry waits.</param>
    /// <param name="granted">Called when its turn has come, with the pool locked; maybe at once.</param>
    public SlotTicket? Queue(bool forRetry, Action granted)
    {
        lock (_lock)
        {
            if (forRetry && _retriesInLine >= _retryPlaces)
                return null;
            var ticket = new SlotTicket(forRetry, granted);
            // A slot may have become free since the caller looked.
            if (_common > 0 || (!forRetry && _reserved > 0))
            {
                var slot = _common > 0 ? Slot.Common : Slot.Reserved;
                Count(slot, -1);
                ticket.Grant(slot);
                return ticket;
            }

            _retriesInLine += forRetry ? 1 : 0;
            _line.AddLast(ticket);
            return ticket;
        }
    }

    /// <summary>What waited for a retry waits for a first attempt too; the retry's place in the line stays.</summary>
    public void Widen(SlotTicket ticket)
    {
        lock (_lock)
        {
            if (ticket.TakesReserved || ticket.Granted is not null)
                return;
            ticket.TakesReserved = true;
            if (_reserved > 0)
                Grant(_line.Find(ticket)!, Slot.Reserved);
        }
    }

    /// <summary>The lane has no room for another request: slots go past its place until it resumes. Answers with the ticket for that place.</summary>
    public SlotTicket Rest(SlotTicket ticket)
    {
        lock (_lock)
        {
            var resting = ticket;
            if (ticket.Granted is not null)
                resting = ticket.Remainder ?? PutFirst(ticket.ForItsRetry());
            resting.Rests = true;
            if (ticket.Granted is { } slot)
                Pass(slot);
            return resting;
        }
    }

    /// <summary>The lane has room again.</summary>
    public void Resume(SlotTicket ticket)
    {
        lock (_lock)
        {
            ticket.Rests = false;
            if (_common > 0)
                Grant(_line.Find(ticket)!, Slot.Common);
            else if (_reserved > 0 && ticket.TakesReserved)
                Grant(_line.Find(ticket)!, Slot.Reserved);
        }
    }

    /// <summary>Leaves the line. A slot that was granted meanwhile goes on to the next.</summary>
    public void Leave(SlotTicket ticket)
    {
        lock (_lock)
        {
            var place = ticket.Granted is not null ? ticket.Remainder : ticket;
            if (place is not null)
                Remove(_line.Find(place)!);
            if (ticket.Granted is { } slot)
                Pass(slot);
        }
    }

    /// <summary>A request has ended.</summary>
    public void Release(Slot slot)
    {
        lock (_lock)
            Pass(slot);
    }

    /// <summary>For how long a lane is to be given back whose retries found neither a slot nor a place in the line.</summary>
    public TimeSpan TurnAway()
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            _nextReturn += BetweenReturns - _time.GetElapsedTime(_askedAt, now);
            _askedAt = now;
            _nextReturn = TimeSpan.FromTicks(Math.Clamp(_nextReturn.Ticks, ShortestRest.Ticks, LongestRest.Ticks));
            return _nextReturn * (1 + (Jitter.Next() / 4));
        }
    }

    private void Pass(Slot slot)
    {
        Count(slot, +1);
        for (var place = _line.First; place is not null; place = place.Next)
        {
            place.Value.WasPassed |= place.Value.Rests && slot == Slot.Common;
            if (place.Value.Rests || (slot == Slot.Reserved && !place.Value.TakesReserved))
                continue;
            Grant(place, slot);
            return;
        }
    }

    private void Grant(LinkedListNode<SlotTicket> place, Slot slot)
    {
        Count(slot, -1);
        var ticket = place.Value;
        if (slot == Slot.Reserved && ticket.ForRetry)
            place.Value = ticket.Remainder = ticket.ForItsRetry();
        else
            Remove(place);
        ticket.Grant(slot);
    }

    private SlotTicket PutFirst(SlotTicket ticket)
    {
        _retriesInLine += ticket.ForRetry ? 1 : 0;
        _line.AddFirst(ticket);
        return ticket;
    }

    private void Remove(LinkedListNode<SlotTicket> place)
    {
        _line.Remove(place);
        _retriesInLine -= place.Value.ForRetry ? 1 : 0;
    }

    private void Count(Slot slot, int change)
    {
        if (slot == Slot.Reserved)
            _reserved += change;
        else
            _common += change;
    }
}
