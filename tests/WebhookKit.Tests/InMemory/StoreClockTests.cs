using WebhookKit.InMemory;
using WebhookKit.Testing;
using WebhookKit.Tests.Testing.Time;

namespace WebhookKit.Tests.InMemory;

/// <summary>The queue goes by monotonic time: a step of the wall clock neither strands nor floods.</summary>
public sealed class StoreClockTests : InMemoryStoreTests
{
    [Theory]
    [InlineData(-24)]
    [InlineData(24)]
    public async Task A_step_of_the_wall_clock_makes_nothing_due_earlier_or_later(int hours)
    {
        Open();
        await EnqueueAsync(Request(lane: 1, delay: TimeSpan.FromMinutes(10)), Request(lane: 2));
        var held = (await LeaseAsync()).Lanes.Should().ContainSingle().Subject;
        var waiting = LeaseAsync(wait: TimeSpan.FromMinutes(20));

        Clock.StepWallClock(TimeSpan.FromHours(hours));
        await Store.RenewAsync([new LaneRenewal(held.Lane, held.Token, TimeSpan.FromHours(1))], CancellationToken.None);
        (await Store.MeasureAsync(CancellationToken.None)).Due.Should().Be(1);
        Clock.Advance(TimeSpan.FromMinutes(9));
        waiting.IsCompleted.Should().BeFalse();
        Clock.Advance(TimeSpan.FromMinutes(1));

        (await waiting.WaitAsync(TimeSpan.FromSeconds(30))).Lanes.Should().ContainSingle().Which.Lane.Should().Be(Lane(1));
    }

    [Fact]
    public async Task Reported_times_follow_the_wall_clock_and_stay_comparable()
    {
        Open();
        await EnqueueAsync(Request());
        Clock.Advance(TimeSpan.FromMinutes(5));
        Clock.StepWallClock(TimeSpan.FromHours(-3));

        var result = await LeaseAsync();

        result.Now.Should().Be(Clock.GetUtcNow());
        result.Lanes[0].Deliveries[0].Age.Should().Be(TimeSpan.FromMinutes(5));
        (result.Now - result.Lanes[0].Deliveries[0].DueAt).Should().Be(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void Time_that_passes_between_two_readings_is_no_step_of_the_wall_clock()
    {
        var time = new LeapingTime(Clock);
        var clock = new StoreClock(time);
        var (ticks, utc) = (clock.Now(), Clock.GetUtcNow());

        time.LeapBeforeWallClock(TimeSpan.FromSeconds(3));
        var later = clock.Now();

        clock.ToUtc(ticks).Should().Be(utc);
        clock.ToUtc(later).Should().Be(Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_delay_beyond_reason_is_kept_without_overflow()
    {
        Open();
        await EnqueueAsync(Request(delay: TimeSpan.MaxValue), Request());

        (await WorkAsync((lane, delivery) => Settlements.Retry(lane, delivery, TimeSpan.MaxValue))).Should().Be(1);

        (await ListAsync()).Should().OnlyContain(record => record.DueAt > Clock.GetUtcNow().AddYears(90));
        (await WorkAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Waiting_ends_when_the_store_is_disposed()
    {
        Open();
        var waiting = LeaseAsync(wait: TimeSpan.FromMinutes(20));

        Store.Dispose();

        await FluentActions.Awaiting(() => waiting.WaitAsync(TimeSpan.FromSeconds(30))).Should().ThrowAsync<ObjectDisposedException>();
        await FluentActions.Awaiting(() => LeaseAsync(wait: TimeSpan.FromMinutes(20))).Should().ThrowAsync<ObjectDisposedException>();
    }
}
