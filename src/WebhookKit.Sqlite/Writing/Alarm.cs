using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.Writing;

/// <summary>One timer for what becomes due by itself.</summary>
internal sealed class Alarm(TimeProvider time, FileClock clock, Action ring) : IDisposable
{
    /// <summary>A timer takes no more than 49 days; looking once a day for nothing costs nothing.</summary>
    private const long Longest = TimeSpan.TicksPerDay;

    /// <summary>More time than this between reading the clock and setting the timer, and it is set for the wrong moment.</summary>
    private const long Slack = TimeSpan.TicksPerMillisecond;

    private ITimer? _timer;
    private long _setFor = long.MaxValue;

    /// <summary>
    /// Has it ring at this time of the store's clock, or earlier; false if that has come already. If time leapt meanwhile, as when a machine sleeps, once more.
    /// </summary>
    public bool Set(long due)
    {
        for (var now = clock.Now(); due > now;)
        {
            // An earlier alarm than needed is harmless; setting the timer for every group is not.
            if (due >= Volatile.Read(ref _setFor))
                return true;
            Arm(due, now);
            var later = clock.Now();
            if (later < due && later - now < Slack)
                return true;
            Volatile.Write(ref _setFor, long.MaxValue);
            now = later;
        }

        return false;
    }

    public void Dispose() => _timer?.Dispose();

    private void Arm(long due, long now)
    {
        Volatile.Write(ref _setFor, due);
        _timer ??= time.CreateTimer(_ => Ring(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var milliseconds = Math.Ceiling(TimeSpan.FromTicks(Math.Min(due - now, Longest)).TotalMilliseconds);
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, milliseconds)), Timeout.InfiniteTimeSpan);
    }

    private void Ring()
    {
        Volatile.Write(ref _setFor, long.MaxValue);
        ring();
    }
}
