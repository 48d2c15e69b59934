namespace WebhookKit.Dispatching;

/// <summary>A place in the line for a slot. Its members but <see cref="Granted"/> belong to the pool, under the pool's lock.</summary>
internal sealed class SlotTicket(bool forRetry, Action granted)
{
    private const int None = -1;
    private volatile int _granted = None;

    /// <summary>The slot, when its turn has come; null before.</summary>
    public Slot? Granted => _granted == None ? null : (Slot)_granted;

    /// <summary>Whether a retry waits with it, for a common slot.</summary>
    public bool ForRetry { get; } = forRetry;

    /// <summary>Whether a reserved slot is of use: a first attempt waits with it.</summary>
    public bool TakesReserved { get; set; } = !forRetry;

    /// <summary>Whether the lane has no room for another request at the moment: its place stays, and slots go past it.</summary>
    public bool Rests { get; set; }

    /// <summary>Whether a common slot went past it while it rested: the next room that its lane has is the retry's.</summary>
    public bool WasPassed { get; set; }

    /// <summary>The retry's place in the line, where a first attempt got a slot that is of no use to the retry; null if there is none.</summary>
    public SlotTicket? Remainder { get; set; }

    /// <summary>Its turn has come. Whoever is told must not do more than note it: the pool is locked.</summary>
    public void Grant(Slot slot)
    {
        _granted = (int)slot;
        granted();
    }

    /// <summary>A place of the same lane's retry.</summary>
    public SlotTicket ForItsRetry() => new(forRetry: true, granted);
}
