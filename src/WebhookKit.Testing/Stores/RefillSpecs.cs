namespace WebhookKit.Testing.Stores;

internal sealed class RefillSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    [Spec]
    public async Task A_refill_goes_on_where_the_lease_stopped_and_never_gives_what_is_in_flight()
    {
        var messages = await PublishAsync(1, count: 10);
        var lane = await LeaseOneAsync(deliveries: 2);
        var inFlight = lane.Deliveries.ToList();
        while (inFlight.Count < 10)
        {
            var given = (await RefillAsync(lane, quota: 3, [.. inFlight])).Deliveries;
            Expect.NotEmpty(given);
            Expect.True(given.Count <= 3);
            inFlight.AddRange(given);
        }

        Expect.Sequence(messages, MessagesOf(inFlight));
        Expect.Empty((await RefillAsync(lane, quota: 3, [.. inFlight])).Deliveries);
    }

    [Spec]
    public async Task What_was_given_and_is_not_named_is_given_again()
    {
        var messages = await PublishAsync(1, count: 3);
        var lane = await LeaseOneAsync(deliveries: 1);
        await RefillAsync(lane, quota: 1, lane.Deliveries[0]); // the answer is lost

        var again = await RefillAsync(lane, quota: 10, lane.Deliveries[0]);

        Expect.Sequence(messages[1..], MessagesOf(again.Deliveries));
    }

    [Spec]
    public async Task What_is_due_again_is_not_given_while_it_is_named_as_in_flight()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Settlements.Retry(lane, lane.Deliveries[0], TimeSpan.Zero));

        Expect.Empty((await RefillAsync(lane, quota: 10, lane.Deliveries[0])).Deliveries);
        Expect.Equal(1, Expect.One((await RefillAsync(lane, quota: 10)).Deliveries).AttemptsMade);
    }

    [Spec]
    public async Task What_is_not_due_is_not_given()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        var later = await PublishAsync(1, delay: 5 * Second);
        Expect.Empty((await RefillAsync(lane, quota: 10, lane.Deliveries[0])).Deliveries);

        await AdvanceAsync(5 * Second);

        Expect.Sequence(later, MessagesOf((await RefillAsync(lane, quota: 10, lane.Deliveries[0])).Deliveries));
    }

    [Spec]
    public async Task What_is_named_and_no_longer_waits_is_told_whatever_the_quota()
    {
        await PublishAsync(1, count: 5);
        var lane = await LeaseOneAsync(deliveries: 4);
        var named = lane.Deliveries.ToArray();
        Expect.Empty((await RefillAsync(lane, quota: 0, named)).Ended);
        await SettleAsync(Settlements.Retry(lane, named[0], Second));
        await SettleAsync(Settlements.Delivered(lane, named[1]));
        await CancelAsync(named[3].Id);

        foreach (var quota in new[] { 0, 10 })
        {
            var result = await RefillAsync(lane, quota, named);
            Expect.Sequence([named[1].Id, named[3].Id], result.Ended.OrderBy(id => id.Value));
            Expect.Count(Math.Min(quota, 1), result.Deliveries);
        }

        Expect.Empty((await RefillAsync(lane, quota: 0, named[0], named[2])).Ended, "only what is named is told");
    }

    [Spec]
    public async Task A_quota_of_zero_gives_nothing()
    {
        var messages = await PublishAsync(1, count: 3);
        var lane = await LeaseOneAsync(deliveries: 1);

        Expect.Empty((await RefillAsync(lane, quota: 0, lane.Deliveries[0])).Deliveries);

        Expect.Sequence(messages[1..], MessagesOf((await RefillAsync(lane, quota: 10, lane.Deliveries[0])).Deliveries));
    }

    [Spec]
    public async Task Several_lanes_are_answered_in_their_order()
    {
        await PublishAsync(1, count: 2);
        await PublishAsync(2, count: 3);
        var lanes = (await LeaseAsync(deliveries: 1)).Lanes;
        var requests = lanes.Reverse().Select(lane => new LaneRefill
        {
            Lane = lane.Lane,
            Token = lane.Token,
            Quota = 10,
            InFlight = [lane.Deliveries[0].Id],
            LowWater = lane.Deliveries[0].DueAt,
        }).ToArray();

        var results = await Store.RefillAsync([.. requests, requests[0] with { Token = AnotherToken() }], CancellationToken.None);

        Expect.Sequence(
            [(Lane(2), false, 2), (Lane(1), false, 1), (Lane(2), true, 0)],
            results.Select(result => (result.Lane, result.Lost, result.Deliveries.Count)));
    }
}
