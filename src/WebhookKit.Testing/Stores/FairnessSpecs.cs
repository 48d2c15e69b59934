namespace WebhookKit.Testing.Stores;

internal sealed class FairnessSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    [Spec]
    public async Task A_fresh_lane_is_not_starved_by_backlogged_ones()
    {
        for (var lane = 1; lane <= 3; lane++)
            await PublishAsync(lane, count: 50);
        await AdvanceAsync(TimeSpan.FromHours(1));
        foreach (var lane in (await LeaseAsync(lanes: 3, deliveries: 1)).Lanes)
            await ReleaseAsync(lane);
        await PublishAsync(9);

        var order = new List<LaneId>();
        for (var turn = 0; turn < 4; turn++)
        {
            await AdvanceAsync(Second);
            var lane = await LeaseOneAsync(deliveries: 1);
            order.Add(lane.Lane);
            await ReleaseAsync(lane);
        }

        Expect.Unique(order, "each lane has its turn, however much waits in the others");
        Expect.True(order.Contains(Lane(9)));
    }

    [Spec]
    public async Task Lanes_take_turns()
    {
        for (var lane = 1; lane <= 4; lane++)
            await PublishAsync(lane, count: 10);

        var turns = new List<LaneId>();
        for (var turn = 0; turn < 20; turn++)
        {
            await AdvanceAsync(Second);
            var lane = await LeaseOneAsync(deliveries: 1);
            turns.Add(lane.Lane);
            await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));
            await ReleaseAsync(lane);
        }

        Expect.SameItems([(Lane(1), 5), (Lane(2), 5), (Lane(3), 5), (Lane(4), 5)], turns.CountBy(lane => lane).Select(count => (count.Key, count.Value)));
    }

    [Spec]
    public async Task A_lane_that_is_held_back_does_not_keep_others_waiting()
    {
        await PublishAsync(1, count: 100);
        await ReleaseAsync(await LeaseOneAsync(), hold: TimeSpan.FromHours(1));
        await PublishAsync(2);

        Expect.Equal(Lane(2), Expect.One((await LeaseAsync()).Lanes).Lane);
    }
}
