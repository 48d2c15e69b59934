using WebhookKit.Queueing;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>
/// Has workers wait for lanes: until something happens in this process or is heard from others, until a lane is due, and never longer than the poll interval.
/// Whoever is about to wait says what it had seen before it looked, so that nothing in between is missed.
/// </summary>
internal sealed class LeaseWaiting(TimeProvider time, TimeSpan pollInterval) : IDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(5);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _disposed = new();
    private TaskCompletionSource _next = NewSource();

    /// <summary>Something that may have made lanes due.</summary>
    public void Signal()
    {
        TaskCompletionSource signalled;
        lock (_lock)
            (signalled, _next) = (_next, NewSource());
        signalled.SetResult();
    }

    /// <summary>What completes with the next signal; to be asked for before looking.</summary>
    public Task NextSignal()
    {
        lock (_lock)
            return _next.Task;
    }

    /// <summary>Waits for a signal, a lane, the next poll, or as long as is left.</summary>
    /// <param name="signal">The next signal, asked for before looking.</param>
    /// <param name="looked">When this process looked; all durations count from then.</param>
    /// <param name="nextDue">How long until a lane is due; null if none waits.</param>
    /// <param name="left">How long the worker waits at all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(Task signal, long looked, TimeSpan? nextDue, TimeSpan left, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, typeof(PostgreSqlStore));
        var wait = pollInterval * (1 - (Jitter.Next() / 4));
        if (nextDue < wait)
            wait = Max(nextDue.Value, Shortest);
        if (left < wait)
            wait = Max(left, TimeSpan.FromMilliseconds(1));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed.Token);
        var timer = Task.Delay(wait, time, either.Token);
        // Time may have leapt while the timer was set, as when a machine sleeps: it is set for the wrong moment then.
        if (time.GetElapsedTime(looked) < wait)
            await Task.WhenAny(signal, timer).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, typeof(PostgreSqlStore));
    }

    public void Dispose() => _disposed.Cancel();

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
