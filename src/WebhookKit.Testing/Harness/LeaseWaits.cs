namespace WebhookKit.Testing.Harness;

/// <summary>
/// The calls for a lease that wait. Each looks into the store when it is let: by the harness while nothing moves, so that lanes are given out one at a time;
/// or, without a harness that lets them, at any change and when a lane is due. A call that is let counts as movement from that very moment, not only when it
/// goes on. Whoever is about to wait says which changes it has seen and when it looked, so that no change and no time in between is lost. Its time is a virtual
/// one, which stands still by itself.
/// </summary>
internal sealed class LeaseWaits(Stillness stillness, TimeProvider time, bool areLet)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly List<Wait> _waiting = [];
    private long _changes;
    private long _seen = -1;
    private long _due = long.MaxValue;
    private bool _isLet;

    /// <summary>How many changes there were; read before looking into the store.</summary>
    public long Changes
    {
        get
        {
            lock (_lock)
                return _changes;
        }
    }

    /// <summary>Something changed in the store, or may have.</summary>
    public void Change()
    {
        lock (_lock)
        {
            _changes++;
            while (!areLet && _waiting.Count > 0)
                Wake(_waiting[0]);
        }
    }

    /// <summary>Lets one call look, if there may be something for it; whether it did.</summary>
    public bool Let()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0 || (_seen == _changes && time.GetTimestamp() < _due))
                return false;
            _isLet = true;
            Wake(_waiting[0]);
            return true;
        }
    }

    /// <summary>Whether a call may look now.</summary>
    public bool MayLook()
    {
        lock (_lock)
            return !areLet || (_isLet && !(_isLet = false));
    }

    /// <summary>Waits to be let, after a look that found nothing: until a change after those seen, until a lane is due, or for the token.</summary>
    /// <param name="seen">The changes before the look; null if there was none.</param>
    /// <param name="looked">When that look began.</param>
    /// <param name="due">How long from then until a lane is due, or the call's own time is up; null is never.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(long? seen, long looked, TimeSpan? due, CancellationToken cancellationToken)
    {
        var wait = new Wait();
        var dueAt = due is { } left ? looked + Math.Min(left.Ticks, long.MaxValue - looked) : long.MaxValue;
        var timer = time.CreateTimer(_ => Due(wait), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        {
            // Before the wait begins: once nothing moves, time is moved to the next timer.
            Arm(timer, dueAt);
            if (!Begin(wait, seen, looked, dueAt))
                return;
            using (cancellationToken.UnsafeRegister(_ => End(wait), state: null))
                await wait.Over.Task.ConfigureAwait(false);
        }
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>Sets the timer; once more if time moved meanwhile, since it is set for the wrong moment then.</summary>
    private void Arm(ITimer timer, long due)
    {
        if (due == long.MaxValue)
            return;
        long now;
        do
        {
            now = time.GetTimestamp();
            timer.Change(Max(TimeSpan.FromTicks(due - now), Shortest), Timeout.InfiniteTimeSpan);
        }
        while (time.GetTimestamp() != now);
    }

    private bool Begin(Wait wait, long? seen, long looked, long due)
    {
        lock (_lock)
        {
            if (seen is { } changes)
                (_seen, _due) = (changes, due);
            if (wait.IsOver || (!areLet && (seen != _changes || time.GetTimestamp() != looked)))
                return false;
            _waiting.Add(wait);
            stillness.BeginWait();
            return true;
        }
    }

    /// <summary>A call that must be let waits on: the timer was only to have time stop there.</summary>
    private void Due(Wait wait)
    {
        if (!areLet)
            End(wait);
    }

    private void End(Wait wait)
    {
        lock (_lock)
        {
            wait.IsOver = true;
            if (_waiting.Contains(wait))
                Wake(wait);
        }
    }

    private void Wake(Wait wait)
    {
        _waiting.Remove(wait);
        stillness.EndWait();
        wait.Over.SetResult();
    }

    private sealed class Wait
    {
        public bool IsOver { get; set; }

        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
