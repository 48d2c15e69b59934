using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.Writing;

/// <summary>One timer for what becomes due by itself.</summary>
internal sealed class Alarm(TimeProvider time, FileClock clock, Action ring) : IAsyncDisposable
{
    /// <summary>A timer takes no more than 49 days; looking once a day for nothing costs nothing.</summary>
    private const long Longest = TimeSpan.TicksPerDay;

    private ITimer? _timer;
    private long _setFor = long.MaxValue;

    /// <summary>Has it ring at this time of the store's clock, or earlier; false if that has come already, as when a machine slept meanwhile.</summary>
    public bool Set(long due)
    {
        var now = clock.Now();
        if (due <= now)
            return false;
        // An earlier alarm than needed is harmless; setting the timer for every group is not.
        if (due >= Volatile.Read(ref _setFor))
            return true;
        Volatile.Write(ref _setFor, due);
        _timer ??= time.CreateTimer(_ => Ring(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var milliseconds = Math.Ceiling(TimeSpan.FromTicks(Math.Min(due - now, Longest)).TotalMilliseconds);
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, milliseconds)), Timeout.InfiniteTimeSpan);
        if (clock.Now() < due)
            return true;
        Volatile.Write(ref _setFor, long.MaxValue);
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is { } timer)
            await timer.DisposeAsync().ConfigureAwait(false);
    }

    private void Ring()
    {
        Volatile.Write(ref _setFor, long.MaxValue);
        ring();
    }
}
