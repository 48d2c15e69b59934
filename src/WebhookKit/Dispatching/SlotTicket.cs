namespace WebhookKit.Dispatching;

/// <summary>A place in the line for a slot. Its members but <see cref="Turn"/> belong to the pool, under the pool's lock.</summary>
internal sealed class SlotTicket(bool forRetry)
{
    private readonly TaskCompletionSource<Slot> _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the slot when its turn has come.</summary>
    public Task<Slot> Turn => _turn.Task;

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

    public void Grant(Slot slot) => _turn.SetResult(slot);
}
