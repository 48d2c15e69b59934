using WebhookKit.Sqlite.Files;
using WebhookKit.Sqlite.Writing;
using WebhookKit.Testing;
using WebhookKit.Tests.Testing.Time;

namespace WebhookKit.Tests.Sqlite;

public sealed class AlarmTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly VirtualClock _clock = new();
    private readonly LeapingTime _time;
    private readonly FileClock _fileClock;
    private readonly Alarm _alarm;
    private int _rung;

    public AlarmTests()
    {
        _time = new LeapingTime(_clock);
        _fileClock = new FileClock(_time, lastKnown: 0);
        _alarm = new Alarm(_time, _fileClock, () => _rung++);
    }

    public void Dispose() => _alarm.Dispose();

    [Fact]
    public void It_rings_when_it_was_set_for()
    {
        _alarm.Set(In(10 * Second)).Should().BeTrue();

        _clock.Advance(9 * Second);
        _rung.Should().Be(0);
        _clock.Advance(Second);

        _rung.Should().Be(1);
    }

    [Fact]
    public void It_rings_in_time_when_time_leapt_while_it_was_set()
    {
        _time.LeapBeforeTimer(4 * Second);
        _alarm.Set(In(10 * Second)).Should().BeTrue();

        _clock.Advance(6 * Second);

        _rung.Should().Be(1);
    }

    [Fact]
    public void What_came_while_it_was_set_is_said_at_once()
    {
        _time.LeapBeforeTimer(10 * Second);
        _alarm.Set(In(10 * Second)).Should().BeFalse();

        _alarm.Set(In(10 * Second)).Should().BeTrue();
        _clock.Advance(10 * Second);

        _rung.Should().Be(1);
    }

    private long In(TimeSpan delay) => FileClock.After(_fileClock.Now(), delay);
}
