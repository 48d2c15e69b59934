using WebhookKit.Queueing;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>
/// Has workers wait for lanes: until something happens in this process or is heard from others, until a lane is due, and never longer than the poll interval.
/// Whoever is about to wait says what it had seen before it looked, so that nothing in between is missed. Who looked in vain does not look again at once,
/// however much happens: each look costs the server some round trips. In a virtual time, which stands still by itself, there are no such pauses.
/// </summary>
internal sealed class LeaseWaiting(TimeProvider time, TimeSpan pollInterval, bool pauses) : IDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

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

    /// <summary>Signals to those who may have looked in vain meanwhile, other than the one who says so; that one goes on with the signal that this returns.</summary>
    public Task SignalOthers(Task signal)
    {
        TaskCompletionSource signalled;
        lock (_lock)
        {
            (signalled, _next) = (_next, NewSource());
            // What others have signalled since is still to be heard.
            signal = signal == signalled.Task ? _next.Task : signal;
        }

        signalled.SetResult();
        return signal;
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
    /// <param name="nextDue">How long until a lane is due; null if none waits. What is due but was not given is somebody else's to free: it is asked for less and
    /// less often.</param>
    /// <param name="inVain">How many times this worker has looked in vain.</param>
    /// <param name="left">How long the worker waits at all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(Task signal, long looked, TimeSpan? nextDue, int inVain, TimeSpan left, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, typeof(PostgreSqlStore));
        if (!pauses && nextDue <= TimeSpan.Zero)
            return;
        var wait = pollInterval * (1 - (Jitter.Next() / 4));
        var pause = pauses ? Pause * (1 + (1.5 * Jitter.Next())) : TimeSpan.Zero;
        if (nextDue < wait)
            wait = nextDue.Value > Shortest ? nextDue.Value : Max(pause * (1 << Math.Min(inVain, 3)), Shortest);
        if (left < wait)
            wait = Max(left, TimeSpan.FromMilliseconds(1));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed.Token);
        var timer = Task.Delay(wait, time, either.Token);
        // Time may have leapt while the timer was set, as when a machine sleeps: it is set for the wrong moment then.
        if (time.GetElapsedTime(looked) < wait)
            await Task.WhenAny(signal, timer).ConfigureAwait(false);
        var rest = (pause < left ? pause : left) - time.GetElapsedTime(looked);
        if (rest > TimeSpan.Zero)
            await Task.WhenAny(Task.Delay(rest, time, either.Token)).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, typeof(PostgreSqlStore));
    }

    public void Dispose() => _disposed.Cancel();

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
