using WebhookKit.Testing.Time;

namespace WebhookKit.Testing;

/// <summary>
/// Time that moves only when a test moves it. Wall clock and monotonic time move together with <see cref="Advance"/>; <see cref="StepWallClock"/>
/// moves the wall clock alone, as a time server or a resumed virtual machine does. Timers follow monotonic time. Safe for concurrent use.
/// </summary>
public sealed class VirtualClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly Lock _advancing = new();
    private readonly SortedSet<VirtualTimer> _timers = new(VirtualTimer.ByDue);
    private DateTimeOffset _start; // what the wall clock shows less what has elapsed
    private long _elapsed;
    private long _created;

    /// <summary>A clock that shows the first second of 2030, in UTC.</summary>
    public VirtualClock() : this(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>A clock that shows the given time.</summary>
    public VirtualClock(DateTimeOffset start) => _start = start.ToUniversalTime();

    /// <summary>Always UTC.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Ten million: a tick of this clock is 100 nanoseconds, as of <see cref="TimeSpan"/>.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How long until the next timer fires, zero if one is overdue, null if none is set.</summary>
    public TimeSpan? NextTimerDue
    {
        get
        {
            lock (_gate)
                return _timers.Min is { } next ? TimeSpan.FromTicks(Math.Max(0, next.Due - _elapsed)) : null;
        }
    }

    /// <summary>What the wall clock shows.</summary>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _start.AddTicks(_elapsed);
    }

    /// <summary>The ticks that have elapsed since the clock was made.</summary>
    public override long GetTimestamp()
    {
        lock (_gate)
            return _elapsed;
    }

    /// <summary>
    /// Moves time forward, firing on this thread what becomes due on the way, each at its own due time, in order. Timers that a callback sets fire too if
    /// they become due on the way. What a callback starts elsewhere may still be running when this returns. Of two calls at once the second waits.
    /// </summary>
    /// <param name="by">How far.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        lock (_advancing)
        {
            long target;
            lock (_gate)
                target = _elapsed + by.Ticks;
            while (TakeDueOrArrive(target) is { } timer)
                timer.Fire();
        }
    }

    /// <summary>Moves time forward to the next timer and fires it alone, or as far as the limit if none is due until then.</summary>
    internal void AdvanceToNextTimer(TimeSpan limit)
    {
        lock (_advancing)
        {
            long target;
            lock (_gate)
                target = _elapsed + limit.Ticks;
            TakeDueOrArrive(target)?.Fire();
        }
    }

    /// <summary>Moves the wall clock, and nothing else, forwards or backwards.</summary>
    /// <param name="by">How far; negative is backwards.</param>
    public void StepWallClock(TimeSpan by)
    {
        lock (_gate)
            _start += by;
    }

    /// <summary>
    /// Sets a timer. It fires within <see cref="Advance"/>, on the thread that advances; one that is due at once fires without an advance, on the thread pool.
    /// </summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state, Interlocked.Increment(ref _created));
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Schedule(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
                return;
            timer.Due = _elapsed + dueTime.Ticks;
            timer.Period = period;
            _timers.Add(timer);
        }

        if (dueTime == TimeSpan.Zero)
            ThreadPool.QueueUserWorkItem(static clock => clock.Advance(TimeSpan.Zero), this, preferLocal: false);
    }

    internal void Unschedule(VirtualTimer timer)
    {
        lock (_gate)
            _timers.Remove(timer);
    }

    /// <summary>Takes the next timer that is due until then; null if none is, and time is there: a timer set from now on is due later.</summary>
    private VirtualTimer? TakeDueOrArrive(long target)
    {
        lock (_gate)
        {
            if (_timers.Min is not { } next || next.Due > target)
            {
                _elapsed = Math.Max(_elapsed, target);
                return null;
            }

            _timers.Remove(next);
            _elapsed = Math.Max(_elapsed, next.Due);
            if (next.Period > TimeSpan.Zero)
            {
                next.Due += next.Period.Ticks;
                _timers.Add(next);
            }

            return next;
        }
    }
}
