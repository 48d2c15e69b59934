using WebhookKit.Testing;

namespace WebhookKit.Tests.Testing.Time;

/// <summary>Virtual time that moves, once, while somebody is about to do something that goes by it.</summary>
internal sealed class LeapingTime(VirtualClock clock) : TimeProvider
{
    private TimeSpan _beforeTimer;
    private TimeSpan _beforeWallClock;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override long TimestampFrequency => clock.TimestampFrequency;

    /// <summary>Time moves just before the next timer is there.</summary>
    public void LeapBeforeTimer(TimeSpan by) => _beforeTimer = by;

    /// <summary>Time moves just before the wall clock is read the next time.</summary>
    public void LeapBeforeWallClock(TimeSpan by) => _beforeWallClock = by;

    public override DateTimeOffset GetUtcNow()
    {
        Leap(ref _beforeWallClock);
        return clock.GetUtcNow();
    }

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Leap(ref _beforeTimer);
        return clock.CreateTimer(callback, state, dueTime, period);
    }

    private void Leap(ref TimeSpan by)
    {
        var leap = by;
        by = TimeSpan.Zero;
        clock.Advance(leap);
    }
}
