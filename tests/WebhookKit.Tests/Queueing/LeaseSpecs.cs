using System.Collections.Concurrent;

namespace WebhookKit.Tests.Queueing;

public abstract class LeaseSpecs<TFixture> : DeliveryQueueSpecs<TFixture> where TFixture : StoreFixture, new()
{
    [Fact]
    public async Task A_lease_is_granted_to_one_worker_only()
    {
        await PublishAsync(1, count: 20);

        (await LeaseAsync()).Lanes.Should().ContainSingle();
        await PublishAsync(1);

        (await LeaseAsync()).Lanes.Should().BeEmpty();
    }

    [Fact]
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

        holders.Should().OnlyHaveUniqueItems().And.HaveCount(Lanes);
    }

    [Fact]
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

        tokens.Should().HaveCount(30).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task No_more_lanes_and_deliveries_are_given_than_asked_for()
    {
        for (var lane = 1; lane <= 5; lane++)
            await PublishAsync(lane, count: 4);

        var result = await LeaseAsync(lanes: 3, deliveries: 2);

        result.Lanes.Should().HaveCount(3).And.OnlyContain(lane => lane.Deliveries.Count == 2);
        result.NextDue.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_renewed_lease_lasts_on()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();

        for (var i = 0; i < 5; i++)
        {
            await AdvanceAsync(LeaseTime * 0.8);
            (await RenewAsync(lane)).Should().BeEmpty();
            (await LeaseAsync()).Lanes.Should().BeEmpty();
        }
    }

    [Fact]
    public async Task A_renewal_that_was_overtaken_by_a_longer_one_does_not_shorten_the_lease()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await Store.RenewAsync([new LaneRenewal(lane.Lane, lane.Token, LeaseTime * 4)], CancellationToken.None);

        (await RenewAsync(lane)).Should().BeEmpty();

        await AdvanceAsync(LeaseTime * 3);
        (await LeaseAsync()).Lanes.Should().BeEmpty();
        await AdvanceAsync(LeaseTime);
        (await LeaseAsync()).Lanes.Should().ContainSingle();
    }

    [Fact]
    public async Task A_renewal_with_an_old_token_is_told_from_one_with_the_current_one()
    {
        await PublishAsync(1);
        var old = await LeaseOneAsync();
        await AdvanceAsync(LeaseTime + Second);
        var current = await LeaseOneAsync();

        (await Store.RenewAsync(
            [new LaneRenewal(old.Lane, old.Token, LeaseTime), new LaneRenewal(current.Lane, current.Token, LeaseTime)], CancellationToken.None))
            .Should().Equal(RenewResult.Lost, RenewResult.Renewed);
    }

    [Fact]
    public async Task A_released_lane_is_due_at_once()
    {
        var messages = await PublishAsync(1, count: 5);
        var lane = await LeaseOneAsync(deliveries: 3);
        await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));

        await ReleaseAsync(lane);

        MessagesOf((await LeaseOneAsync()).Deliveries).Should().Equal(messages[1..]);
    }

    [Fact]
    public async Task Releasing_twice_does_not_take_the_lane_from_the_next_holder()
    {
        await PublishAsync(1);
        var first = await LeaseOneAsync();
        await ReleaseAsync(first);
        var second = await LeaseOneAsync();

        await ReleaseAsync(first);

        (await RenewAsync(second)).Should().BeEmpty();
        (await LeaseAsync()).Lanes.Should().BeEmpty();
    }

    [Fact]
    public async Task What_the_holder_learnt_goes_to_the_next_one_and_survives_a_takeover()
    {
        await PublishAsync(1, count: 5);
        var first = await LeaseOneAsync(deliveries: 1);
        first.State.Concurrency.Should().BeNull();
        await ReleaseAsync(first, state: new LaneState { Concurrency = 8 });

        var second = await LeaseOneAsync(deliveries: 1);
        second.State.Concurrency.Should().Be(8);
        await AdvanceAsync(LeaseTime);

        (await LeaseOneAsync(deliveries: 1)).State.Concurrency.Should().Be(8);
    }

    [Fact]
    public async Task A_cancelled_call_leases_nothing()
    {
        await PublishAsync(1);

        await FluentActions.Awaiting(() => LeaseAsync(cancellationToken: new CancellationToken(canceled: true)))
            .Should().ThrowAsync<OperationCanceledException>();

        (await LeaseAsync()).Lanes.Should().ContainSingle();
    }
}
