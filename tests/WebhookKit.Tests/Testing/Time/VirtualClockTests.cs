using WebhookKit.Testing;

namespace WebhookKit.Tests.Testing.Time;

public sealed class VirtualClockTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly VirtualClock _clock = new();

    [Fact]
    public void Wall_clock_and_monotonic_time_advance_together()
    {
        var (utc, stamp) = (_clock.GetUtcNow(), _clock.GetTimestamp());

        _clock.Advance(5 * Second);

        (_clock.GetUtcNow() - utc).Should().Be(5 * Second);
        _clock.GetElapsedTime(stamp).Should().Be(5 * Second);
    }

    [Fact]
    public void A_step_moves_the_wall_clock_only()
    {
        var fired = false;
        using var timer = _clock.CreateTimer(_ => fired = true, null, Second, Timeout.InfiniteTimeSpan);
        var (utc, stamp) = (_clock.GetUtcNow(), _clock.GetTimestamp());

        _clock.StepWallClock(TimeSpan.FromHours(1));

        (_clock.GetUtcNow() - utc).Should().Be(TimeSpan.FromHours(1));
        _clock.GetTimestamp().Should().Be(stamp);
        fired.Should().BeFalse();
    }

    [Fact]
    public void Timers_fire_in_due_order_each_at_its_own_time()
    {
        var log = new List<(string, TimeSpan)>();
        var start = _clock.GetTimestamp();
        TimerCallback note = name => log.Add(((string)name!, _clock.GetElapsedTime(start)));
        using var late = _clock.CreateTimer(note, "late", 3 * Second, Timeout.InfiniteTimeSpan);
        using var periodic = _clock.CreateTimer(note, "periodic", Second, 2 * Second);
        using var disposed = _clock.CreateTimer(note, "disposed", 2 * Second, Timeout.InfiniteTimeSpan);
        disposed.Dispose();

        _clock.Advance(4 * Second);

        log.Should().Equal(("periodic", Second), ("late", 3 * Second), ("periodic", 3 * Second));
        _clock.GetElapsedTime(start).Should().Be(4 * Second);
        _clock.NextTimerDue.Should().Be(Second);
    }

    [Fact]
    public void A_timer_set_by_a_callback_fires_within_the_same_advance()
    {
        var count = 0;
        ITimer? again = null;
        using var first = _clock.CreateTimer(
            _ => again = _clock.CreateTimer(_ => count++, null, Second, Timeout.InfiniteTimeSpan), null, Second, TimeSpan.Zero);

        _clock.Advance(2 * Second);

        count.Should().Be(1);
        again!.Dispose();
    }

    [Fact]
    public void Changing_a_timer_moves_or_stops_it()
    {
        var count = 0;
        using var timer = _clock.CreateTimer(_ => count++, null, Second, Second);
        timer.Change(3 * Second, Timeout.InfiniteTimeSpan).Should().BeTrue();
        _clock.Advance(2 * Second);
        count.Should().Be(0);

        _clock.Advance(10 * Second);
        count.Should().Be(1);
        _clock.NextTimerDue.Should().BeNull();

        timer.Dispose();
        timer.Change(Second, Second).Should().BeFalse();
    }

    [Fact]
    public async Task Delays_and_cancellation_after_a_time_follow_the_clock()
    {
        var delay = Task.Delay(Second, _clock);
        using var cancellation = new CancellationTokenSource(2 * Second, _clock);

        _clock.Advance(Second);
        await delay;
        cancellation.IsCancellationRequested.Should().BeFalse();

        _clock.Advance(Second);
        cancellation.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public async Task A_timer_due_at_once_fires_without_an_advance()
    {
        var fired = new TaskCompletionSource();
        await using var timer = _clock.CreateTimer(_ => fired.SetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        await fired.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_timer_that_is_set_while_time_moves_is_never_left_overdue()
    {
        var moved = false;
        var setting = Task.Run(() =>
        {
            while (!Volatile.Read(ref moved))
                _clock.CreateTimer(_ => { }, null, TimeSpan.FromTicks(1), Timeout.InfiniteTimeSpan);
        });

        var overdue = 0;
        for (var i = 0; i < 20_000; i++)
        {
            _clock.Advance(TimeSpan.FromTicks(2));
            overdue += _clock.NextTimerDue == TimeSpan.Zero ? 1 : 0;
        }

        Volatile.Write(ref moved, true);
        await setting;
        overdue.Should().Be(0);
    }

    [Fact]
    public void Going_to_the_next_timer_fires_one_alone()
    {
        var fired = new List<string>();
        using var one = _clock.CreateTimer(_ => fired.Add("one"), null, Second, Timeout.InfiniteTimeSpan);
        using var two = _clock.CreateTimer(_ => fired.Add("two"), null, Second, Timeout.InfiniteTimeSpan);
        var start = _clock.GetTimestamp();

        _clock.AdvanceToNextTimer(5 * Second);
        fired.Should().Equal("one");
        _clock.AdvanceToNextTimer(5 * Second);
        fired.Should().Equal("one", "two");
        _clock.GetElapsedTime(start).Should().Be(Second);
        _clock.AdvanceToNextTimer(5 * Second);
        _clock.GetElapsedTime(start).Should().Be(6 * Second);
    }
}
