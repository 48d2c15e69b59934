namespace WebhookKit.InMemory;

/// <summary>A worker that waits for a lane, until its deadline in the store's ticks.</summary>
internal sealed record LeaseWaiter(LeaseRequest Request, long Deadline)
{
    // Continuations run elsewhere: the result is set under the store's lock.
    public TaskCompletionSource<LeaseResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
