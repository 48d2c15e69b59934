using WebhookKit.Testing;

namespace WebhookKit.Tests.Queueing;

public abstract class FencingSpecs<TFixture> : DeliveryQueueSpecs<TFixture> where TFixture : StoreFixture, new()
{
    [Fact]
    public async Task An_old_token_renews_nothing_and_the_lost_lane_is_reported()
    {
        var (old, current) = await TakenOverAsync();
        await PublishAsync(2);
        var kept = (await LeaseAsync()).Lanes.Single();

        (await RenewAsync(old, kept)).Should().Equal(old.Lane);
        (await RenewAsync(current, kept)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_lane_that_is_no_longer_there_is_reported_as_lost()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));
        await ReleaseAsync(lane);

        (await RenewAsync(lane)).Should().Equal(lane.Lane);
    }

    [Fact]
    public async Task An_expired_lease_is_renewed_as_long_as_nobody_took_over()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await AdvanceAsync(2 * LeaseTime);

        (await RenewAsync(lane)).Should().BeEmpty();

        (await LeaseAsync()).Lanes.Should().BeEmpty();
        (await SettleAsync(Settlements.Retry(lane, lane.Deliveries[0], Second))).Should().Be(SettleResult.Applied);
    }

    [Fact]
    public async Task A_refill_with_an_old_token_is_lost_and_gives_nothing()
    {
        var (old, _) = await TakenOverAsync(deliveries: 5);

        var refill = await RefillAsync(old, quota: 10);

        refill.Lost.Should().BeTrue();
        refill.Deliveries.Should().BeEmpty();
    }

    [Fact]
    public async Task A_release_with_an_old_token_leaves_the_lane_alone()
    {
        var (old, current) = await TakenOverAsync();

        await ReleaseAsync(old, hold: TimeSpan.FromHours(1), state: new LaneState { Concurrency = 99 });

        (await RenewAsync(current)).Should().BeEmpty();
        await ReleaseAsync(current);
        (await LeaseOneAsync()).State.Concurrency.Should().BeNull();
    }

    [Fact]
    public async Task A_success_is_a_fact_whoever_holds_the_lane()
    {
        var (old, current) = await TakenOverAsync();

        (await SettleAsync(Settlements.Delivered(old, old.Deliveries[0]))).Should().Be(SettleResult.Applied);

        (await RecordOfAsync(old.Deliveries[0].Id)).Status.Should().Be(DeliveryStatus.Delivered);
        (await SettleAsync(Settlements.Retry(current, current.Deliveries[0], Second))).Should().Be(SettleResult.Gone);
        (await SettleAsync(Settlements.Delivered(current, current.Deliveries[0]))).Should().Be(SettleResult.Gone);
        await ReleaseAsync(current);
        (await LeaseAsync()).NextDue.Should().BeNull();
    }

    [Fact]
    public async Task A_success_ends_a_delivery_that_waits_again()
    {
        var (old, current) = await TakenOverAsync();
        await SettleAsync(Settlements.Retry(current, current.Deliveries[0], 60 * Second));
        await ReleaseAsync(current);

        (await SettleAsync(Settlements.Delivered(old, old.Deliveries[0]))).Should().Be(SettleResult.Applied);

        (await MeasureAsync()).Waiting.Should().Be(0);
        (await LeaseAsync()).NextDue.Should().BeNull();
    }

    [Fact]
    public async Task A_success_recovers_a_delivery_that_was_dead_lettered_meanwhile()
    {
        var (old, current) = await TakenOverAsync();
        await SettleAsync(Settlements.Dead(current, current.Deliveries[0]));

        (await SettleAsync(Settlements.Delivered(old, old.Deliveries[0]))).Should().Be(SettleResult.Applied);

        var record = await RecordOfAsync(old.Deliveries[0].Id);
        record.Status.Should().Be(DeliveryStatus.Delivered);
        record.DeadReason.Should().BeNull();
        (await MeasureAsync()).Waiting.Should().Be(0);
    }

    [Fact]
    public async Task A_success_does_not_revive_what_was_cancelled()
    {
        var (old, current) = await TakenOverAsync();
        await SettleAsync(Settlements.Cancel(current, current.Deliveries[0]));

        (await SettleAsync(Settlements.Delivered(old, old.Deliveries[0]))).Should().Be(SettleResult.Gone);

        (await RecordOfAsync(old.Deliveries[0].Id)).Status.Should().Be(DeliveryStatus.Cancelled);
    }

    [Theory]
    [InlineData(SettlementAction.Retry)]
    [InlineData(SettlementAction.Dead)]
    [InlineData(SettlementAction.Defer)]
    [InlineData(SettlementAction.Abandon)]
    [InlineData(SettlementAction.Cancel)]
    public async Task Anything_but_a_success_needs_the_current_token(SettlementAction action)
    {
        var (old, current) = await TakenOverAsync();
        var before = await RecordOfAsync(old.Deliveries[0].Id);
        var settlement = Settlements.Dead(old, old.Deliveries[0]) with { Action = action, Delay = 5 * Second };

        (await SettleAsync(settlement)).Should().Be(SettleResult.Stale);

        (await RecordOfAsync(before.Id)).Should().BeEquivalentTo(before, options => options.Excluding(r => r.LastOutcome).Excluding(r => r.LastStatusCode));
        (await Store.ListAttemptsAsync(before.Id, CancellationToken.None)).Should().ContainSingle("stale attempts are logged too");
        (await SettleAsync(Settlements.Delivered(current, current.Deliveries[0]))).Should().Be(SettleResult.Applied);
    }

    [Fact]
    public async Task A_failure_applies_at_the_expected_attempt_only()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        (await SettleAsync(Settlements.Retry(lane, lane.Deliveries[0], TimeSpan.Zero))).Should().Be(SettleResult.Applied);

        (await SettleAsync(Settlements.Retry(lane, lane.Deliveries[0], TimeSpan.Zero))).Should().Be(SettleResult.Stale);

        (await RecordOfAsync(lane.Deliveries[0].Id)).AttemptsMade.Should().Be(1);
    }

    /// <summary>A lane with one delivery in flight whose lease expired and went to another worker, which has the same delivery in flight.</summary>
    private async Task<(LeasedLane Old, LeasedLane Current)> TakenOverAsync(int deliveries = 1)
    {
        await PublishAsync(1, deliveries);
        var old = await LeaseOneAsync(deliveries: 1);
        await AdvanceAsync(LeaseTime);
        var current = await LeaseOneAsync();
        current.Token.Should().NotBe(old.Token);
        current.Deliveries.Should().ContainSingle().Which.Id.Should().Be(old.Deliveries[0].Id);
        return (old, current);
    }
}
