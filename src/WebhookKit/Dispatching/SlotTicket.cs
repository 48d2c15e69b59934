namespace WebhookKit.Dispatching;

/// <summary>A place in the line for a slot. Its members but <see cref="Turn"/> belong to the pool, under the pool's lock.</summary>
internal sealed class SlotTicket(bool forRetry)
{
    private readonly TaskCompletionSource<Slot> _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the slot when its turn has come.</summary>
    public Task<Slot> Turn => _turn.Task;

    /// <summary>Whether a reserved slot is of no use.</summary>
    public bool ForRetry { get; set; } = forRetry;

    public void Grant(Slot slot) => _turn.SetResult(slot);
}
