namespace WebhookKit.Tests.Dispatching;

/// <summary>Lets a test wait for a condition that is looked at again whenever something happened, with a deadline instead of a pause.</summary>
internal sealed class Happenings
{
    /// <summary>Nobody waits this long but for what does not happen at all.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Signal()
    {
        lock (_lock)
        {
            _next.SetResult();
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public async Task UntilAsync(Func<ValueTask<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            Task next;
            lock (_lock)
                next = _next.Task;
            if (await condition())
                return;
            await next.WaitAsync(deadline.Token);
        }
    }
}
