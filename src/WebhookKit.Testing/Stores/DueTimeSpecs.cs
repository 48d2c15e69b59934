namespace WebhookKit.Testing.Stores;

internal sealed class DueTimeSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    [Spec]
    public async Task Deliveries_come_by_due_time_then_in_the_order_they_were_enqueued()
    {
        var third = await PublishAsync(1, delay: 2 * Second);
        var second = await PublishAsync(1, delay: Second);
        var first = await PublishAsync(1, count: 3);
        await AdvanceAsync(5 * Second);

        Expect.Sequence([.. first, .. second, .. third], MessagesOf((await LeaseOneAsync()).Deliveries));
    }

    [Spec]
    public async Task A_lane_gives_only_what_is_due()
    {
        var now = await PublishAsync(1);
        await PublishAsync(1, delay: Second);

        Expect.Sequence(now, MessagesOf((await LeaseOneAsync()).Deliveries));
    }

    [Spec]
    public async Task The_next_due_time_is_told()
    {
        await PublishAsync(1, delay: 50 * Second);
        await PublishAsync(2, delay: 20 * Second);

        Expect.Close(20 * Second, (await LeaseAsync()).NextDue);
        await AdvanceAsync(20 * Second);
        var result = await LeaseAsync();
        Expect.Equal(Lane(2), Expect.One(result.Lanes).Lane);
        Expect.Close(30 * Second, result.NextDue, "the lane just leased does not count");
    }

    [Spec]
    public async Task An_earlier_delivery_makes_a_sleeping_lane_due_earlier_and_a_later_one_does_not_put_it_off()
    {
        await PublishAsync(1, delay: 50 * Second);
        await PublishAsync(1, delay: 10 * Second);
        await PublishAsync(1, delay: 90 * Second);

        Expect.Close(10 * Second, (await LeaseAsync()).NextDue);
    }

    [Spec]
    public async Task A_released_lane_is_due_when_its_earliest_delivery_is()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Settlements.Retry(lane, lane.Deliveries[0], 40 * Second));
        await ReleaseAsync(lane);

        var result = await LeaseAsync();

        Expect.Empty(result.Lanes);
        Expect.Close(40 * Second, result.NextDue);
    }

    [Spec]
    public async Task A_lane_without_deliveries_sleeps()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));
        await ReleaseAsync(lane, hold: 5 * Second);
        Expect.Null((await LeaseAsync()).NextDue);

        await AdvanceAsync(TimeSpan.FromDays(1));

        var result = await LeaseAsync();
        Expect.Empty(result.Lanes);
        Expect.Null(result.NextDue);
    }

    [Spec(true)]
    [Spec(false)]
    public async Task A_hold_lasts_whatever_is_enqueued_meanwhile(bool empty)
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        if (empty)
            await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));
        await ReleaseAsync(lane, hold: 60 * Second);

        await PublishAsync(1);
        Expect.Close(60 * Second, (await LeaseAsync()).NextDue);
        await AdvanceAsync(59 * Second);
        Expect.Empty((await LeaseAsync()).Lanes);
        await AdvanceAsync(Second);

        Expect.Count(empty ? 1 : 2, (await LeaseOneAsync()).Deliveries);
    }

    [Spec]
    public async Task A_hold_is_over_once_the_lane_was_leased_again()
    {
        await PublishAsync(1);
        await ReleaseAsync(await LeaseOneAsync(), hold: 60 * Second);
        await AdvanceAsync(60 * Second);

        await ReleaseAsync(await LeaseOneAsync());

        Expect.Count(1, (await LeaseAsync()).Lanes);
    }

    [Spec]
    public async Task A_due_time_of_days_is_kept()
    {
        await PublishAsync(1, delay: TimeSpan.FromDays(3));

        await AdvanceAsync(TimeSpan.FromDays(3) - Second);
        Expect.Empty((await LeaseAsync()).Lanes);
        await AdvanceAsync(Second);

        Expect.Count(1, (await LeaseAsync()).Lanes);
    }

    [Spec]
    public async Task A_late_success_in_a_free_lane_leaves_the_right_due_time_behind()
    {
        await PublishAsync(1);
        var old = await LeaseOneAsync();
        await PublishAsync(1, delay: 5 * LeaseTime);
        await AdvanceAsync(LeaseTime);
        await ReleaseAsync(await LeaseOneAsync());

        await SettleAsync(Settlements.Delivered(old, old.Deliveries[0]));

        var result = await LeaseAsync();
        Expect.Empty(result.Lanes);
        Expect.Close(4 * LeaseTime, result.NextDue);
    }
}
