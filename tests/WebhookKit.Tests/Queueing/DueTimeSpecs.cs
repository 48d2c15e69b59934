using WebhookKit.Testing;

namespace WebhookKit.Tests.Queueing;

public abstract class DueTimeSpecs<TFixture> : DeliveryQueueSpecs<TFixture> where TFixture : StoreFixture, new()
{
    [Fact]
    public async Task Deliveries_come_by_due_time_then_in_the_order_they_were_enqueued()
    {
        var third = await PublishAsync(1, delay: 2 * Second);
        var second = await PublishAsync(1, delay: Second);
        var first = await PublishAsync(1, count: 3);
        await AdvanceAsync(5 * Second);

        MessagesOf((await LeaseOneAsync()).Deliveries).Should().Equal([.. first, .. second, .. third]);
    }

    [Fact]
    public async Task A_lane_gives_only_what_is_due()
    {
        var now = await PublishAsync(1);
        await PublishAsync(1, delay: Second);

        MessagesOf((await LeaseOneAsync()).Deliveries).Should().Equal(now);
    }

    [Fact]
    public async Task The_next_due_time_is_told()
    {
        await PublishAsync(1, delay: 50 * Second);
        await PublishAsync(2, delay: 20 * Second);

        (await LeaseAsync()).NextDue.Should().BeCloseTo(20 * Second, Second);
        await AdvanceAsync(20 * Second);
        var result = await LeaseAsync();
        result.Lanes.Should().ContainSingle().Which.Lane.Should().Be(Lane(2));
        result.NextDue.Should().BeCloseTo(30 * Second, Second, "the lane just leased does not count");
    }

    [Fact]
    public async Task An_earlier_delivery_makes_a_sleeping_lane_due_earlier_and_a_later_one_does_not_put_it_off()
    {
        await PublishAsync(1, delay: 50 * Second);
        await PublishAsync(1, delay: 10 * Second);
        await PublishAsync(1, delay: 90 * Second);

        (await LeaseAsync()).NextDue.Should().BeCloseTo(10 * Second, Second);
    }

    [Fact]
    public async Task A_released_lane_is_due_when_its_earliest_delivery_is()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Settlements.Retry(lane, lane.Deliveries[0], 40 * Second));
        await ReleaseAsync(lane);

        var result = await LeaseAsync();

        result.Lanes.Should().BeEmpty();
        result.NextDue.Should().BeCloseTo(40 * Second, Second);
    }

    [Fact]
    public async Task A_lane_without_deliveries_sleeps()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));
        await ReleaseAsync(lane, hold: 5 * Second);
        (await LeaseAsync()).NextDue.Should().BeNull();

        await AdvanceAsync(TimeSpan.FromDays(1));

        (await LeaseAsync()).Should().BeEquivalentTo(new { Lanes = Array.Empty<LeasedLane>(), NextDue = (TimeSpan?)null });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hold_lasts_whatever_is_enqueued_meanwhile(bool empty)
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        if (empty)
            await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));
        await ReleaseAsync(lane, hold: 60 * Second);

        await PublishAsync(1);
        (await LeaseAsync()).NextDue.Should().BeCloseTo(60 * Second, Second);
        await AdvanceAsync(59 * Second);
        (await LeaseAsync()).Lanes.Should().BeEmpty();
        await AdvanceAsync(Second);

        (await LeaseOneAsync()).Deliveries.Should().HaveCount(empty ? 1 : 2);
    }

    [Fact]
    public async Task A_hold_is_over_once_the_lane_was_leased_again()
    {
        await PublishAsync(1);
        await ReleaseAsync(await LeaseOneAsync(), hold: 60 * Second);
        await AdvanceAsync(60 * Second);

        await ReleaseAsync(await LeaseOneAsync());

        (await LeaseAsync()).Lanes.Should().ContainSingle();
    }

    [Fact]
    public async Task A_due_time_of_days_is_kept()
    {
        await PublishAsync(1, delay: TimeSpan.FromDays(3));

        await AdvanceAsync(TimeSpan.FromDays(3) - Second);
        (await LeaseAsync()).Lanes.Should().BeEmpty();
        await AdvanceAsync(Second);

        (await LeaseAsync()).Lanes.Should().ContainSingle();
    }

    [Fact]
    public async Task A_late_success_in_a_free_lane_leaves_the_right_due_time_behind()
    {
        await PublishAsync(1);
        var old = await LeaseOneAsync();
        await PublishAsync(1, delay: 5 * LeaseTime);
        await AdvanceAsync(LeaseTime);
        await ReleaseAsync(await LeaseOneAsync());

        await SettleAsync(Settlements.Delivered(old, old.Deliveries[0]));

        var result = await LeaseAsync();
        result.Lanes.Should().BeEmpty();
        result.NextDue.Should().BeCloseTo(4 * LeaseTime, Second);
    }
}
