namespace WebhookKit.Testing.Time;

/// <summary>A timer of a <see cref="VirtualClock"/>; its due time and place in the order belong to the clock, under the clock's lock.</summary>
internal sealed class VirtualTimer(VirtualClock clock, TimerCallback callback, object? state, long sequence) : ITimer
{
    private volatile bool _disposed;

    public static IComparer<VirtualTimer> ByDue { get; } = Comparer<VirtualTimer>.Create(
        (left, right) => (left.Due, left.Sequence).CompareTo((right.Due, right.Sequence)));

    public long Due { get; set; }

    public TimeSpan Period { get; set; }

    private long Sequence => sequence;

    public void Fire()
    {
        if (!_disposed)
            callback(state);
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, Timeout.InfiniteTimeSpan);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, Timeout.InfiniteTimeSpan);
        if (_disposed)
            return false;
        clock.Schedule(this, dueTime, period);
        return true;
    }

    public void Dispose()
    {
        _disposed = true;
        clock.Unschedule(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
