using System.Collections.Concurrent;

namespace WebhookKit.Testing.Stores;

internal sealed class LeaseSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    [Spec]
    public async Task A_lease_is_granted_to_one_worker_only()
    {
        await PublishAsync(1, count: 20);

        Expect.Count(1, (await LeaseAsync()).Lanes);
        await PublishAsync(1);

        Expect.Empty((await LeaseAsync()).Lanes);
    }

    [Spec]
    public async Task Of_many_racing_workers_each_lane_has_one_holder()
    {
        const int Lanes = 200;
        await EnqueueAsync([.. Enumerable.Range(1, Lanes).Select(lane => Request(lane))]);
        var holders = new ConcurrentBag<LaneId>();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            while ((await LeaseAsync(lanes: 1 + worker)).Lanes is { Count: > 0 } leased)
            {
                foreach (var lane in leased)
                    holders.Add(lane.Lane);
            }
        })));

        Expect.Unique(holders);
        Expect.Count(Lanes, holders);
    }

    [Spec]
    public async Task Tokens_are_never_the_same()
    {
        await EnqueueAsync([.. Enumerable.Range(1, 10).Select(lane => Request(lane))]);
        var tokens = new List<LaneToken>();
        for (var round = 0; round < 3; round++)
        {
            var lanes = (await LeaseAsync()).Lanes;
            tokens.AddRange(lanes.Select(lane => lane.Token));
            foreach (var lane in lanes)
                await ReleaseAsync(lane);
        }

        Expect.Count(30, tokens);
        Expect.Unique(tokens);
    }

    [Spec]
    public async Task No_more_lanes_and_deliveries_are_given_than_asked_for()
    {
        for (var lane = 1; lane <= 5; lane++)
            await PublishAsync(lane, count: 4);

        var result = await LeaseAsync(lanes: 3, deliveries: 2);

        Expect.Count(3, result.Lanes);
        Expect.All(result.Lanes, lane => lane.Deliveries.Count == 2);
        Expect.Equal(TimeSpan.Zero, result.NextDue);
    }

    [Spec]
    public async Task A_renewed_lease_lasts_on()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();

        for (var i = 0; i < 5; i++)
        {
            await AdvanceAsync(LeaseTime * 0.8);
            Expect.Empty(await RenewAsync(lane));
            Expect.Empty((await LeaseAsync()).Lanes);
        }
    }

    [Spec]
    public async Task A_renewal_that_was_overtaken_by_a_longer_one_does_not_shorten_the_lease()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await Store.RenewAsync([new LaneRenewal(lane.Lane, lane.Token, LeaseTime * 4)], CancellationToken.None);

        Expect.Empty(await RenewAsync(lane));

        await AdvanceAsync(LeaseTime * 3);
        Expect.Empty((await LeaseAsync()).Lanes);
        await AdvanceAsync(LeaseTime);
        Expect.Count(1, (await LeaseAsync()).Lanes);
    }

    [Spec]
    public async Task A_renewal_with_an_old_token_is_told_from_one_with_the_current_one()
    {
        await PublishAsync(1);
        var old = await LeaseOneAsync();
        await AdvanceAsync(LeaseTime + Second);
        var current = await LeaseOneAsync();

        var results = await Store.RenewAsync(
            [new LaneRenewal(old.Lane, old.Token, LeaseTime), new LaneRenewal(current.Lane, current.Token, LeaseTime)], CancellationToken.None);

        Expect.Sequence([RenewOutcome.Lost, RenewOutcome.Renewed], results);
    }

    [Spec]
    public async Task A_released_lane_is_due_at_once()
    {
        var messages = await PublishAsync(1, count: 5);
        var lane = await LeaseOneAsync(deliveries: 3);
        await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));

        await ReleaseAsync(lane);

        Expect.Sequence(messages[1..], MessagesOf((await LeaseOneAsync()).Deliveries));
    }

    [Spec]
    public async Task Releasing_twice_does_not_take_the_lane_from_the_next_holder()
    {
        await PublishAsync(1);
        var first = await LeaseOneAsync();
        await ReleaseAsync(first);
        var second = await LeaseOneAsync();

        await ReleaseAsync(first);

        Expect.Empty(await RenewAsync(second));
        Expect.Empty((await LeaseAsync()).Lanes);
    }

    [Spec]
    public async Task What_the_holder_learnt_goes_to_the_next_one_and_survives_a_takeover()
    {
        await PublishAsync(1, count: 5);
        var first = await LeaseOneAsync(deliveries: 1);
        Expect.Null(first.State.Concurrency);
        await ReleaseAsync(first, state: new LaneState { Concurrency = 8 });

        var second = await LeaseOneAsync(deliveries: 1);
        Expect.Equal(8, second.State.Concurrency);
        await AdvanceAsync(LeaseTime);

        Expect.Equal(8, (await LeaseOneAsync(deliveries: 1)).State.Concurrency);
    }

    [Spec]
    public async Task A_cancelled_call_leases_nothing()
    {
        await PublishAsync(1);

        await Expect.ThrowsAsync<OperationCanceledException>(() => LeaseAsync(cancellationToken: new CancellationToken(canceled: true)));

        Expect.Count(1, (await LeaseAsync()).Lanes);
    }
}
