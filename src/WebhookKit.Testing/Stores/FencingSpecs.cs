namespace WebhookKit.Testing.Stores;

internal sealed class FencingSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    [Spec]
    public async Task An_old_token_renews_nothing_and_the_lost_lane_is_reported()
    {
        var (old, current) = await TakenOverAsync();
        await PublishAsync(2);
        var kept = Expect.One((await LeaseAsync()).Lanes);

        Expect.Sequence([old.Lane], await RenewAsync(old, kept));
        Expect.Empty(await RenewAsync(current, kept));
    }

    [Spec]
    public async Task A_lane_that_is_no_longer_there_is_reported_as_lost()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));
        await ReleaseAsync(lane);

        Expect.Sequence([lane.Lane], await RenewAsync(lane));
    }

    [Spec]
    public async Task An_expired_lease_is_renewed_as_long_as_nobody_took_over()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await AdvanceAsync(2 * LeaseTime);

        Expect.Empty(await RenewAsync(lane));

        Expect.Empty((await LeaseAsync()).Lanes);
        Expect.Equal(SettleOutcome.Applied, await SettleAsync(Settlements.Retry(lane, lane.Deliveries[0], Second)));
    }

    [Spec]
    public async Task A_refill_with_an_old_token_is_lost_and_gives_nothing()
    {
        var (old, _) = await TakenOverAsync(deliveries: 5);

        var refill = await RefillAsync(old, quota: 10);

        Expect.True(refill.Lost);
        Expect.Empty(refill.Deliveries);
    }

    [Spec]
    public async Task A_release_with_an_old_token_leaves_the_lane_alone()
    {
        var (old, current) = await TakenOverAsync();

        await ReleaseAsync(old, hold: TimeSpan.FromHours(1), state: new LaneState { Concurrency = 99 });

        Expect.Empty(await RenewAsync(current));
        await ReleaseAsync(current);
        Expect.Null((await LeaseOneAsync()).State.Concurrency);
    }

    [Spec]
    public async Task A_success_is_a_fact_whoever_holds_the_lane()
    {
        var (old, current) = await TakenOverAsync();

        Expect.Equal(SettleOutcome.Applied, await SettleAsync(Settlements.Delivered(old, old.Deliveries[0])));

        Expect.Equal(DeliveryStatus.Delivered, (await RecordOfAsync(old.Deliveries[0].Id)).Status);
        Expect.Equal(SettleOutcome.Gone, await SettleAsync(Settlements.Retry(current, current.Deliveries[0], Second)));
        Expect.Equal(SettleOutcome.Gone, await SettleAsync(Settlements.Delivered(current, current.Deliveries[0])));
        await ReleaseAsync(current);
        Expect.Null((await LeaseAsync()).NextDue);
    }

    [Spec]
    public async Task A_success_ends_a_delivery_that_waits_again()
    {
        var (old, current) = await TakenOverAsync();
        await SettleAsync(Settlements.Retry(current, current.Deliveries[0], 60 * Second));
        await ReleaseAsync(current);

        Expect.Equal(SettleOutcome.Applied, await SettleAsync(Settlements.Delivered(old, old.Deliveries[0])));

        Expect.Equal(0, (await MeasureAsync()).Waiting);
        Expect.Null((await LeaseAsync()).NextDue);
    }

    [Spec]
    public async Task A_success_recovers_a_delivery_that_was_dead_lettered_meanwhile()
    {
        var (old, current) = await TakenOverAsync();
        await SettleAsync(Settlements.Dead(current, current.Deliveries[0]));
        var success = Settlements.Delivered(old, old.Deliveries[0]);

        Expect.Equal(SettleOutcome.Recovered, await SettleAsync(success));
        Expect.Equal(SettleOutcome.Recovered, await SettleAsync(success), "repeated, it has the same answer");

        var record = await RecordOfAsync(old.Deliveries[0].Id);
        Expect.Equal(DeliveryStatus.Delivered, record.Status);
        Expect.Null(record.DeadReason);
        Expect.Equal(0, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task A_success_is_a_fact_of_what_was_cancelled_meanwhile_too()
    {
        var (old, current) = await TakenOverAsync();
        await SettleAsync(Settlements.Cancel(current, current.Deliveries[0]));

        Expect.Equal(SettleOutcome.Applied, await SettleAsync(Settlements.Delivered(old, old.Deliveries[0])));

        Expect.Equal(DeliveryStatus.Delivered, (await RecordOfAsync(old.Deliveries[0].Id)).Status);
    }

    [Spec(SettlementAction.Retry)]
    [Spec(SettlementAction.Dead)]
    [Spec(SettlementAction.Defer)]
    [Spec(SettlementAction.Abandon)]
    [Spec(SettlementAction.Cancel)]
    public async Task Anything_but_a_success_needs_the_current_token(SettlementAction action)
    {
        var (old, current) = await TakenOverAsync();
        var before = await RecordOfAsync(old.Deliveries[0].Id);
        var settlement = Settlements.Dead(old, old.Deliveries[0]) with { Action = action, Delay = 5 * Second };

        Expect.Equal(SettleOutcome.Stale, await SettleAsync(settlement));

        var after = await RecordOfAsync(before.Id);
        Expect.Equivalent(before, after with { LastOutcome = before.LastOutcome, LastStatusCode = before.LastStatusCode });
        Expect.Count(1, await AttemptsOfAsync(before.Id), "stale attempts are logged too");
        Expect.Equal(SettleOutcome.Applied, await SettleAsync(Settlements.Delivered(current, current.Deliveries[0])));
    }

    [Spec]
    public async Task A_failure_applies_at_the_expected_attempt_only()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        Expect.Equal(SettleOutcome.Applied, await SettleAsync(Settlements.Retry(lane, lane.Deliveries[0], TimeSpan.Zero)));

        Expect.Equal(SettleOutcome.Stale, await SettleAsync(Settlements.Retry(lane, lane.Deliveries[0], TimeSpan.Zero)));

        Expect.Equal(1, (await RecordOfAsync(lane.Deliveries[0].Id)).AttemptsMade);
    }

    /// <summary>A lane with one delivery in flight whose lease expired and went to another worker, which has the same delivery in flight.</summary>
    private async Task<(LeasedLane Old, LeasedLane Current)> TakenOverAsync(int deliveries = 1)
    {
        await PublishAsync(1, deliveries);
        var old = await LeaseOneAsync(deliveries: 1);
        await AdvanceAsync(LeaseTime);
        var current = await LeaseOneAsync();
        Expect.NotEqual(old.Token, current.Token);
        Expect.Equal(old.Deliveries[0].Id, Expect.One(current.Deliveries).Id);
        return (old, current);
    }
}
