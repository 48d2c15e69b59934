using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

/// <summary>Virtual time that tells when a timer of a certain period is set: a step that comes before would move past it.</summary>
internal sealed class WatchedTime(VirtualClock clock, TimeSpan watched) : TimeProvider
{
    private readonly TaskCompletionSource _set = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it is set.</summary>
    public Task IsSet => _set.Task;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = clock.CreateTimer(callback, state, dueTime, period);
        if (period == watched)
            _set.TrySetResult();
        return timer;
    }
}
