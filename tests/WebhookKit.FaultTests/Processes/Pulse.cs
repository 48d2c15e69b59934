namespace WebhookKit.FaultTests.Processes;

/// <summary>Waits for a condition without asking over and over: whoever changes what the condition reads calls <see cref="Beat"/>.</summary>
internal sealed class Pulse
{
    private volatile TaskCompletionSource _next = New();

    public void Beat() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    public async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before the condition is read: a change in between completes it.
            var next = _next.Task;
            if (condition())
                return;
            await next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits for a limited time; false if the condition did not come true.</summary>
    public async Task<bool> UntilAsync(Func<bool> condition, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            await UntilAsync(condition, deadline.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
