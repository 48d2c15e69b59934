namespace WebhookKit.InMemory;

/// <summary>
/// The workers that wait, first come first served. Whatever makes a lane due hands it over under the same lock, so that no wake-up can be lost between
/// looking and waiting; for what becomes due by itself there is one timer. Called under the store's lock.
/// </summary>
internal sealed class LeaseWaiters(Leases leases, LaneTable lanes, StoreClock clock, TimeProvider time, TimerCallback tick) : IDisposable
{
    /// <summary>A timer takes no more than 49 days; looking once a day for nothing costs nothing.</summary>
    private const long LongestTimer = TimeSpan.TicksPerDay;

    /// <summary>More time than this between reading the clock and setting the timer, and it is set for the wrong moment.</summary>
    private const long Slack = TimeSpan.TicksPerMillisecond;

    private readonly List<LeaseWaiter> _waiting = [];
    private ITimer? _timer;
    private long _armedFor = StoreClock.Never;
    private bool _disposed;

    public void Add(LeaseWaiter waiter, long now)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(InMemoryStore));
        _waiting.Add(waiter);
        Serve(now);
    }

    /// <summary>The worker waits no longer, unless it was served already.</summary>
    public void Cancel(LeaseWaiter waiter, CancellationToken cancellationToken)
    {
        if (_waiting.Remove(waiter))
            waiter.Answer.SetCanceled(cancellationToken);
    }

    /// <summary>Serves whom it can, after lanes may have become due; once more if time leapt meanwhile, as when a machine sleeps.</summary>
    public void Serve(long now)
    {
        while (true)
        {
            ServeOnce(now);
            Arm(now);
            var later = clock.Now();
            if (later - now < Slack)
                return;
            _armedFor = StoreClock.Never;
            now = later;
        }
    }

    /// <summary>The timer fired.</summary>
    public void Tick(long now)
    {
        _armedFor = StoreClock.Never;
        Serve(now);
    }

    public void Dispose()
    {
        _disposed = true;
        _timer?.Dispose();
        _waiting.ForEach(waiter => waiter.Answer.SetException(new ObjectDisposedException(nameof(InMemoryStore))));
        _waiting.Clear();
    }

    private void ServeOnce(long now)
    {
        for (var i = 0; i < _waiting.Count;)
        {
            var waiter = _waiting[i];
            if (lanes.NextDue > now && waiter.Deadline > now)
            {
                i++;
                continue;
            }

            var result = leases.Grant(waiter.Request, now);
            if (result.Lanes.Count == 0 && result.Suspects.Count == 0 && waiter.Deadline > now)
            {
                i++;
                continue;
            }

            _waiting.RemoveAt(i);
            waiter.Answer.SetResult(result);
        }
    }

    private void Arm(long now)
    {
        var next = StoreClock.Never;
        foreach (var waiter in _waiting)
            next = Math.Min(next, waiter.Deadline);
        if (_waiting.Count > 0)
            next = Math.Min(next, lanes.NextDue);

        // An earlier alarm than needed is harmless; setting the timer for every enqueue is not.
        if (next >= _armedFor)
            return;
        _armedFor = next;
        var milliseconds = Math.Ceiling(TimeSpan.FromTicks(Math.Clamp(next - now, 0, LongestTimer)).TotalMilliseconds);
        _timer ??= time.CreateTimer(tick, state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, milliseconds)), Timeout.InfiniteTimeSpan);
    }
}
