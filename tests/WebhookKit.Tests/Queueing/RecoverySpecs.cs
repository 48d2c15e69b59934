using WebhookKit.Testing;

namespace WebhookKit.Tests.Queueing;

public abstract class RecoverySpecs<TFixture> : DeliveryQueueSpecs<TFixture> where TFixture : StoreFixture, new()
{
    [Fact]
    public async Task An_expired_lease_makes_the_lane_due_and_not_before()
    {
        await PublishAsync(1);
        await LeaseOneAsync();

        await AdvanceAsync(LeaseTime - Second);
        (await LeaseAsync()).Lanes.Should().BeEmpty();
        await AdvanceAsync(Second);

        (await LeaseAsync()).Lanes.Should().ContainSingle();
    }

    [Fact]
    public async Task After_an_expiry_one_delivery_goes_alone_until_it_is_settled()
    {
        var messages = await PublishAsync(1, count: 6);
        await LeaseOneAsync(deliveries: 3);

        var lane = await NextHolderAsync();

        MessagesOf(lane.Deliveries).Should().Equal(messages[0]);
        var refill = await RefillAsync(lane, quota: 10, lane.Deliveries[0]);
        refill.Lost.Should().BeFalse();
        refill.Deliveries.Should().BeEmpty();

        await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));
        MessagesOf((await RefillAsync(lane, quota: 10)).Deliveries).Should().Equal(messages[1..]);
    }

    [Theory]
    [MemberData(nameof(SpecData.SettlementActions), MemberType = typeof(SpecData))]
    public async Task Any_settlement_of_the_lone_delivery_ends_the_suspicion(SettlementAction action)
    {
        await PublishAsync(1, count: 3);
        await LeaseOneAsync();
        var lane = await NextHolderAsync();

        var settlement = Settlements.Dead(lane, lane.Deliveries[0]) with { Action = action, Delay = LeaseTime };
        (await SettleAsync(settlement)).Should().Be(SettleResult.Applied);

        var expected = action == SettlementAction.Abandon ? 3 : 2;
        (await RefillAsync(lane, quota: 10)).Deliveries.Should().HaveCount(expected);
    }

    [Fact]
    public async Task A_late_success_of_the_lone_delivery_ends_the_suspicion()
    {
        await PublishAsync(1, count: 3);
        var old = await LeaseOneAsync();
        var lane = await NextHolderAsync();

        (await SettleAsync(Settlements.Delivered(old, old.Deliveries[0]))).Should().Be(SettleResult.Applied);

        (await RefillAsync(lane, quota: 10)).Deliveries.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_stale_failure_of_the_lone_delivery_does_not_end_the_suspicion()
    {
        await PublishAsync(1, count: 3);
        var old = await LeaseOneAsync();
        var lane = await NextHolderAsync();

        (await SettleAsync(Settlements.Retry(old, old.Deliveries[0], Second))).Should().Be(SettleResult.Stale);

        (await RefillAsync(lane, quota: 10, lane.Deliveries[0])).Deliveries.Should().BeEmpty();
    }

    [Fact]
    public async Task A_delivery_alone_at_three_expiries_in_a_row_is_dead_lettered_as_suspect_and_the_lane_goes_on()
    {
        var messages = await PublishAsync(1, count: 3);
        var suspect = (await LeaseOneAsync()).Deliveries[0].Id;
        for (var alone = 0; alone < 3; alone++)
            (await NextHolderAsync()).Deliveries.Should().ContainSingle().Which.Id.Should().Be(suspect);

        var lane = await NextHolderAsync();

        MessagesOf(lane.Deliveries).Should().Equal([messages[1]], "the lane was recovered once more, so its next delivery goes alone too");
        var record = await RecordOfAsync(suspect);
        record.Status.Should().Be(DeliveryStatus.Dead);
        record.DeadReason.Should().Be(DeadReason.Suspect);
        await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));
        MessagesOf((await RefillAsync(lane, quota: 10)).Deliveries).Should().Equal(messages[2]);
    }

    [Fact]
    public async Task A_lone_suspect_that_was_the_last_leaves_an_empty_lane()
    {
        await PublishAsync(1);
        await LeaseOneAsync();
        for (var alone = 0; alone < 3; alone++)
            await NextHolderAsync();
        await AdvanceAsync(LeaseTime);

        var result = await LeaseAsync();

        result.Lanes.Should().BeEmpty();
        result.NextDue.Should().BeNull();
        (await MeasureAsync()).Waiting.Should().Be(0);
    }

    [Fact]
    public async Task Only_expiries_in_a_row_count()
    {
        await PublishAsync(1, count: 2);
        await LeaseOneAsync();
        for (var round = 0; round < 3; round++)
        {
            await NextHolderAsync();
            await ReleaseAsync(await NextHolderAsync());
            (await LeaseOneAsync()).Deliveries.Should().HaveCount(2, "a graceful release clears the suspicion");
        }

        (await MeasureAsync()).Waiting.Should().Be(2);
    }

    [Fact]
    public async Task A_holder_that_goes_with_nothing_in_flight_leaves_no_suspect()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Settlements.Retry(lane, lane.Deliveries[0], 2 * LeaseTime));
        await AdvanceAsync(LeaseTime);
        (await LeaseAsync()).Lanes.Should().BeEmpty();
        await PublishAsync(1, count: 2);

        (await LeaseOneAsync()).Deliveries.Should().NotBeEmpty();
    }

    /// <summary>Lets the current lease expire and leases the lane.</summary>
    private async Task<LeasedLane> NextHolderAsync()
    {
        await AdvanceAsync(LeaseTime);
        return await LeaseOneAsync();
    }
}
