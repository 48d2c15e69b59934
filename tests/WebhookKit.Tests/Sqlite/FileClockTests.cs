using WebhookKit.Sqlite.Files;
using WebhookKit.Tests.Testing.Time;

namespace WebhookKit.Tests.Sqlite;

/// <summary>The queue goes by monotonic time, which goes on where the last process left it: a step of the wall clock neither strands nor floods.</summary>
public sealed class FileClockTests : SqliteTests
{
    [Theory]
    [InlineData(-24)]
    [InlineData(24)]
    public async Task A_step_of_the_wall_clock_makes_nothing_due_earlier_or_later(int hours)
    {
        await using var node = Folder.Open();
        await EnqueueAsync(node, Request(delay: TimeSpan.FromMinutes(10)));

        Clock.StepWallClock(TimeSpan.FromHours(hours));
        Clock.Advance(TimeSpan.FromMinutes(9));
        (await LeaseAsync(node)).Lanes.Should().BeEmpty();
        Clock.Advance(TimeSpan.FromMinutes(1));

        (await LeaseAsync(node)).Lanes.Should().HaveCount(1);
    }

    [Fact]
    public async Task Reported_times_follow_the_wall_clock_and_stay_comparable()
    {
        await using var node = Folder.Open();
        await EnqueueAsync(node, Request());
        Clock.Advance(TimeSpan.FromMinutes(5));
        Clock.StepWallClock(TimeSpan.FromHours(-3));

        var result = await LeaseAsync(node);

        result.Now.Should().Be(Clock.GetUtcNow());
        result.Lanes[0].Deliveries[0].Age.Should().Be(TimeSpan.FromMinutes(5));
        (result.Now - result.Lanes[0].Deliveries[0].DueAt).Should().Be(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task After_a_wall_clock_was_set_back_between_two_runs_nothing_waits_longer()
    {
        await using (var node = Folder.Open())
            await EnqueueAsync(node, Request(delay: TimeSpan.FromMinutes(10)), Request(lane: 2));
        Clock.StepWallClock(TimeSpan.FromDays(-365));

        await using var again = Folder.Open();
        (await WorkAsync(again)).Should().Be(1);
        Clock.Advance(TimeSpan.FromMinutes(10));
        var lane = (await LeaseAsync(again)).Lanes.Should().ContainSingle().Subject;

        lane.Deliveries[0].DueAt.Should().BeCloseTo(Clock.GetUtcNow(), TimeSpan.FromSeconds(1), "what is reported is what the wall clock shows");
    }

    [Fact]
    public async Task Time_that_passed_between_two_runs_counts()
    {
        await using (var node = Folder.Open())
            await EnqueueAsync(node, Request(delay: TimeSpan.FromMinutes(10)));
        Clock.Advance(TimeSpan.FromMinutes(10));

        await using var again = Folder.Open();
        (await WorkAsync(again)).Should().Be(1);
    }

    [Fact]
    public async Task A_delay_beyond_reason_is_kept_without_overflow()
    {
        await using var node = Folder.Open();
        await EnqueueAsync(node, Request(delay: TimeSpan.MaxValue));

        (await ListAsync(node)).Should().OnlyContain(record => record.DueAt > Clock.GetUtcNow().AddYears(90));
        (await WorkAsync(node)).Should().Be(0);
    }

    [Fact]
    public void Time_that_passes_between_two_readings_is_no_step_of_the_wall_clock()
    {
        var time = new LeapingTime(Clock);
        var clock = new FileClock(time, lastKnown: 0);
        var (ticks, utc) = (clock.Now(), Clock.GetUtcNow());

        time.LeapBeforeWallClock(TimeSpan.FromSeconds(3));
        var later = clock.Now();

        clock.ToUtc(ticks).Should().Be(utc);
        clock.ToUtc(later).Should().Be(Clock.GetUtcNow());
    }

    [Fact]
    public void A_moment_is_told_as_this_process_has_it()
    {
        var clock = new FileClock(Clock, lastKnown: 0);
        var start = Clock.GetTimestamp();
        Clock.Advance(TimeSpan.FromSeconds(90));

        Clock.GetElapsedTime(start, clock.Timestamp(clock.Now())).Should().BeCloseTo(TimeSpan.FromSeconds(90), TimeSpan.FromMilliseconds(1));
        clock.ToTicks(clock.ToUtc(clock.Now())).Should().Be(clock.Now());
    }
}
