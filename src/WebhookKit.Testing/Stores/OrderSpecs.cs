namespace WebhookKit.Testing.Stores;

/// <summary>A lane that keeps order: a delivery that is to be repeated holds the lane, so that nothing overtakes it.</summary>
internal sealed class OrderSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    private static TimeSpan Minute => TimeSpan.FromMinutes(1);

    [Spec]
    public async Task A_retry_keeps_its_place_and_nothing_overtakes_it()
    {
        var messages = await PublishAsync(1, count: 3);
        var lane = await LeaseOneAsync(deliveries: 1);
        await AdvanceAsync(Second);

        Expect.Equal(SettleOutcome.Applied, await SettleAsync(Holding(Settlements.Retry(lane, lane.Deliveries[0], Minute))));

        Expect.Empty((await RefillAsync(lane, quota: 10)).Deliveries);
        await ReleaseAsync(lane);
        var asleep = await LeaseAsync();
        Expect.Empty(asleep.Lanes);
        Expect.Close(Minute, asleep.NextDue);
        await AdvanceAsync(Minute - Second);
        Expect.Empty((await LeaseAsync()).Lanes);
        await AdvanceAsync(Second);
        var again = await LeaseOneAsync();
        Expect.Sequence(messages, MessagesOf(again.Deliveries));
        Expect.Equal((1, AttemptTrigger.Retry), (again.Deliveries[0].AttemptsMade, again.Deliveries[0].Trigger));
        Expect.Equal(lane.Deliveries[0].DueAt, again.Deliveries[0].DueAt, "it is due as before");
    }

    [Spec]
    public async Task A_deferral_keeps_its_place_and_does_not_count()
    {
        var messages = await PublishAsync(1, count: 2);
        var lane = await LeaseOneAsync(deliveries: 1);
        await SettleAsync(Holding(Settlements.Defer(lane, lane.Deliveries[0], Minute)));
        await ReleaseAsync(lane);

        Expect.Close(Minute, (await LeaseAsync()).NextDue);
        await AdvanceAsync(Minute);

        var again = await LeaseOneAsync();
        Expect.Sequence(messages, MessagesOf(again.Deliveries));
        Expect.Equal((0, AttemptTrigger.Publish), (again.Deliveries[0].AttemptsMade, again.Deliveries[0].Trigger));
    }

    [Spec]
    public async Task What_is_enqueued_meanwhile_does_not_end_the_hold()
    {
        await HeldAsync(Minute);

        await PublishAsync(1);

        var result = await LeaseAsync();
        Expect.Empty(result.Lanes);
        Expect.Close(Minute, result.NextDue);
    }

    [Spec(false)]
    [Spec(true)]
    public async Task Waking_the_lane_does_not_end_the_hold(bool held)
    {
        await PublishAsync(1, count: 2);
        var lane = await LeaseOneAsync();
        await SettleAsync(Holding(Settlements.Retry(lane, lane.Deliveries[0], Minute)));
        if (held)
            await WakeAsync(Lane(1));
        await ReleaseAsync(lane);
        if (!held)
            await WakeAsync(Lane(1));

        var result = await LeaseAsync();

        Expect.Empty(result.Lanes);
        Expect.Close(Minute, result.NextDue);
    }

    [Spec]
    public async Task Of_two_holds_the_longer_stands_and_waking_ends_the_one_given_at_release_alone()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Holding(Settlements.Retry(lane, lane.Deliveries[0], Minute)));
        await ReleaseAsync(lane, hold: 3 * Minute);
        Expect.Close(3 * Minute, (await LeaseAsync()).NextDue);

        await WakeAsync(Lane(1));

        Expect.Close(Minute, (await LeaseAsync()).NextDue);
        await AdvanceAsync(Minute);
        Expect.Count(1, (await LeaseAsync()).Lanes);
    }

    [Spec]
    public async Task A_lease_that_expires_does_not_end_the_hold()
    {
        await PublishAsync(1, count: 2);
        var lane = await LeaseOneAsync();
        await SettleAsync(Holding(Settlements.Retry(lane, lane.Deliveries[0], 3 * LeaseTime)));

        await AdvanceAsync(2 * LeaseTime);
        var result = await LeaseAsync();
        Expect.Empty(result.Lanes);
        Expect.Close(LeaseTime, result.NextDue);
        await AdvanceAsync(LeaseTime);

        Expect.Equal(lane.Deliveries[0].Id, Expect.One((await LeaseOneAsync()).Deliveries).Id, "the lane was recovered");
    }

    [Spec]
    public async Task A_hold_that_ends_before_the_lease_gives_the_lane_to_nobody_else()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Holding(Settlements.Retry(lane, lane.Deliveries[0], 5 * Second)));
        await AdvanceAsync(5 * Second);

        Expect.Empty((await LeaseAsync()).Lanes);
        Expect.Equal(lane.Deliveries[0].Id, Expect.One((await RefillAsync(lane, quota: 5)).Deliveries).Id, "its holder goes on");
        await AdvanceAsync(LeaseTime - (5 * Second));
        Expect.Count(1, (await LeaseAsync()).Lanes);
    }

    [Spec]
    public async Task A_renewed_lease_outlasts_the_hold()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Holding(Settlements.Retry(lane, lane.Deliveries[0], LeaseTime + Second)));
        await AdvanceAsync(LeaseTime - Second);
        Expect.Empty(await RenewAsync(lane));
        await AdvanceAsync(LeaseTime - Second);

        Expect.Empty((await LeaseAsync()).Lanes);
        Expect.Count(1, (await RefillAsync(lane, quota: 5)).Deliveries);
    }

    [Spec]
    public async Task A_further_hold_takes_the_place_of_the_first()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Holding(Settlements.Defer(lane, lane.Deliveries[0], TimeSpan.FromHours(1))));
        await SettleAsync(Holding(Settlements.Defer(lane, lane.Deliveries[0], Minute)));
        await ReleaseAsync(lane);

        Expect.Close(Minute, (await LeaseAsync()).NextDue);
        await AdvanceAsync(Minute);
        Expect.Count(1, (await LeaseAsync()).Lanes);
    }

    [Spec]
    public async Task Each_attempt_holds_the_lane_anew()
    {
        await HeldAsync(Minute);
        await AdvanceAsync(Minute);
        var lane = await LeaseOneAsync();
        await SettleAsync(Holding(Settlements.Retry(lane, lane.Deliveries[0], 2 * Minute)));
        await ReleaseAsync(lane);

        Expect.Close(2 * Minute, (await LeaseAsync()).NextDue);
        Expect.Equal(2, (await FindAsync(lane.Deliveries[0].Id)).AttemptsMade);
    }

    [Spec]
    public async Task A_hold_of_no_time_is_none()
    {
        await HeldAsync(TimeSpan.Zero);

        Expect.Count(2, (await LeaseOneAsync()).Deliveries);
    }

    [Spec]
    public async Task A_stale_failure_holds_nothing()
    {
        await PublishAsync(1);
        var old = await LeaseOneAsync();
        await AdvanceAsync(LeaseTime);
        var lane = await LeaseOneAsync();

        Expect.Equal(SettleOutcome.Stale, await SettleAsync(Holding(Settlements.Retry(old, old.Deliveries[0], Minute))));

        await ReleaseAsync(lane);
        Expect.Count(1, (await LeaseAsync()).Lanes);
    }

    [Spec]
    public async Task Other_lanes_are_not_held()
    {
        await HeldAsync(Minute);
        await PublishAsync(2);

        Expect.Equal(Lane(2), (await LeaseOneAsync()).Lane);
    }

    [Spec]
    public async Task Cancelling_the_delivery_ends_the_hold_and_serves_a_worker_that_waits()
    {
        var (lane, next) = await HeldAsync(Minute);
        var waiting = LeaseAsync(wait: TimeSpan.FromHours(1));

        await CancelAsync(lane.Deliveries[0].Id);

        Expect.Sequence([next], MessagesOf(Expect.One((await Expect.InTimeAsync(waiting, Patience)).Lanes).Deliveries));
    }

    [Spec]
    public async Task Cancelling_another_delivery_does_not_end_the_hold()
    {
        var (lane, _) = await HeldAsync(Minute);
        var request = Request(1);
        await EnqueueAsync(request);

        await CancelAsync(await DeliveryOfAsync(request));

        Expect.Close(Minute, (await LeaseAsync()).NextDue);
        Expect.NotEqual(await DeliveryOfAsync(request), lane.Deliveries[0].Id);
    }

    [Spec]
    public async Task Cancelling_the_delivery_while_the_lane_is_held_lets_its_holder_go_on_and_nobody_else()
    {
        var messages = await PublishAsync(1, count: 2);
        var lane = await LeaseOneAsync(deliveries: 1);
        await SettleAsync(Holding(Settlements.Retry(lane, lane.Deliveries[0], 10 * LeaseTime)));

        await CancelAsync(lane.Deliveries[0].Id);

        Expect.Empty((await LeaseAsync()).Lanes);
        Expect.Sequence([messages[1]], MessagesOf((await RefillAsync(lane, quota: 5)).Deliveries));
        await AdvanceAsync(LeaseTime);
        Expect.Count(1, (await LeaseAsync()).Lanes, "the lane stands at the end of the lease again");
    }

    [Spec]
    public async Task A_success_of_a_former_holder_ends_the_hold()
    {
        var messages = await PublishAsync(1, count: 2);
        var old = await LeaseOneAsync(deliveries: 1);
        await AdvanceAsync(LeaseTime);
        var lane = await LeaseOneAsync(deliveries: 1);
        await SettleAsync(Holding(Settlements.Retry(lane, lane.Deliveries[0], Minute)));
        await ReleaseAsync(lane);
        var waiting = LeaseAsync(wait: TimeSpan.FromHours(1));

        Expect.Equal(SettleOutcome.Applied, await SettleAsync(Settlements.Delivered(old, old.Deliveries[0])));

        Expect.Sequence([messages[1]], MessagesOf(Expect.One((await Expect.InTimeAsync(waiting, Patience)).Lanes).Deliveries));
    }

    [Spec]
    public async Task A_dead_letter_ends_the_hold()
    {
        var messages = await PublishAsync(1, count: 2);
        var lane = await LeaseOneAsync(deliveries: 1);
        await SettleAsync(Holding(Settlements.Retry(lane, lane.Deliveries[0], Minute)));

        Expect.Equal(SettleOutcome.Applied, await SettleAsync(Settlements.Dead(lane, lane.Deliveries[0] with { AttemptsMade = 1 })));

        Expect.Sequence([messages[1]], MessagesOf((await RefillAsync(lane, quota: 5)).Deliveries));
    }

    [Spec]
    public async Task Erasing_the_delivery_ends_the_hold()
    {
        var erased = With(Request(1), message => message with { Tenant = "erased" });
        await EnqueueAsync(erased);
        var lane = await LeaseOneAsync();
        await SettleAsync(Holding(Settlements.Retry(lane, lane.Deliveries[0], Minute)));
        await ReleaseAsync(lane);
        var others = await PublishAsync(1);
        var waiting = LeaseAsync(wait: TimeSpan.FromHours(1));

        await EraseAsync("erased");

        Expect.Sequence(others, MessagesOf(Expect.One((await Expect.InTimeAsync(waiting, Patience)).Lanes).Deliveries));
    }

    [Spec]
    public async Task The_end_of_one_hold_leaves_the_one_given_at_release()
    {
        await PublishAsync(1, count: 2);
        var lane = await LeaseOneAsync();
        await SettleAsync(Holding(Settlements.Retry(lane, lane.Deliveries[0], 3 * Minute)));
        await ReleaseAsync(lane, hold: Minute);

        await CancelAsync(lane.Deliveries[0].Id);

        Expect.Close(Minute, (await LeaseAsync()).NextDue);
        await AdvanceAsync(Minute);
        Expect.Count(1, (await LeaseAsync()).Lanes);
    }

    private static Settlement Holding(Settlement settlement) => settlement with { HoldsLane = true };

    /// <summary>A free lane with two deliveries, held for the sake of the first; and the message of the second.</summary>
    private async Task<(LeasedLane Lane, Guid Next)> HeldAsync(TimeSpan delay)
    {
        var messages = await PublishAsync(1, count: 2);
        var lane = await LeaseOneAsync(deliveries: 1);
        await SettleAsync(Holding(Settlements.Retry(lane, lane.Deliveries[0], delay)));
        await ReleaseAsync(lane);
        return (lane, messages[1]);
    }
}
