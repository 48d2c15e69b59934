namespace WebhookKit.Testing.Stores;

internal sealed class RecoverySpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    private static IEnumerable<object?[]> SettlementActions => Enum.GetValues<SettlementAction>().Select(action => new object?[] { action });

    [Spec]
    public async Task An_expired_lease_makes_the_lane_due_and_not_before()
    {
        await PublishAsync(1);
        await LeaseOneAsync();

        await AdvanceAsync(LeaseTime - Second);
        Expect.Empty((await LeaseAsync()).Lanes);
        await AdvanceAsync(Second);

        Expect.Count(1, (await LeaseAsync()).Lanes);
    }

    [Spec]
    public async Task After_an_expiry_one_delivery_goes_alone_until_it_is_settled()
    {
        var messages = await PublishAsync(1, count: 6);
        await LeaseOneAsync(deliveries: 3);

        var lane = await NextHolderAsync();

        Expect.Sequence([messages[0]], MessagesOf(lane.Deliveries));
        var refill = await RefillAsync(lane, quota: 10, lane.Deliveries[0]);
        Expect.False(refill.Lost);
        Expect.Empty(refill.Deliveries);

        await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));
        Expect.Sequence(messages[1..], MessagesOf((await RefillAsync(lane, quota: 10)).Deliveries));
    }

    [SpecCases(nameof(SettlementActions))]
    public async Task Any_settlement_of_the_lone_delivery_ends_the_suspicion(SettlementAction action)
    {
        await PublishAsync(1, count: 3);
        await LeaseOneAsync();
        var lane = await NextHolderAsync();

        var settlement = Settlements.Dead(lane, lane.Deliveries[0]) with { Action = action, Delay = LeaseTime };
        Expect.Equal(SettleOutcome.Applied, await SettleAsync(settlement));

        var expected = action == SettlementAction.Abandon ? 3 : 2;
        Expect.Count(expected, (await RefillAsync(lane, quota: 10)).Deliveries);
    }

    [Spec]
    public async Task A_late_success_of_the_lone_delivery_ends_the_suspicion()
    {
        await PublishAsync(1, count: 3);
        var old = await LeaseOneAsync();
        var lane = await NextHolderAsync();

        Expect.Equal(SettleOutcome.Applied, await SettleAsync(Settlements.Delivered(old, old.Deliveries[0])));

        Expect.Count(2, (await RefillAsync(lane, quota: 10)).Deliveries);
    }

    [Spec]
    public async Task A_stale_failure_of_the_lone_delivery_does_not_end_the_suspicion()
    {
        await PublishAsync(1, count: 3);
        var old = await LeaseOneAsync();
        var lane = await NextHolderAsync();

        Expect.Equal(SettleOutcome.Stale, await SettleAsync(Settlements.Retry(old, old.Deliveries[0], Second)));

        Expect.Empty((await RefillAsync(lane, quota: 10, lane.Deliveries[0])).Deliveries);
    }

    [Spec]
    public async Task A_delivery_alone_at_three_expiries_in_a_row_is_dead_lettered_as_suspect_and_the_lane_goes_on()
    {
        var messages = await PublishAsync(1, count: 3);
        var suspect = (await LeaseOneAsync()).Deliveries[0].Id;
        for (var alone = 0; alone < 3; alone++)
            Expect.Equal(suspect, Expect.One((await NextHolderAsync()).Deliveries).Id);

        var lane = await NextHolderAsync();

        Expect.Sequence([messages[1]], MessagesOf(lane.Deliveries), "the lane was recovered once more, so its next delivery goes alone too");
        var record = await RecordOfAsync(suspect);
        Expect.Equal(DeliveryStatus.Dead, record.Status);
        Expect.Equal(DeadReason.Suspect, record.DeadReason);
        await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));
        Expect.Sequence([messages[2]], MessagesOf((await RefillAsync(lane, quota: 10)).Deliveries));
    }

    [Spec]
    public async Task A_suspect_is_told_by_the_call_that_dead_letters_it_and_by_no_other()
    {
        var request = Request(1);
        await EnqueueAsync(request);
        await PublishAsync(1);
        var suspect = (await LeaseOneAsync(deliveries: 1)).Deliveries[0];
        for (var alone = 0; alone < 3; alone++)
        {
            await AdvanceAsync(LeaseTime);
            Expect.Empty((await LeaseAsync()).Suspects);
        }

        await AdvanceAsync(LeaseTime);
        var told = await LeaseAsync();

        Expect.Count(1, told.Lanes);
        Expect.Equal(
            new SuspectDelivery
            {
                Id = suspect.Id, MessageId = request.Message.PublicId, Tenant = Tenant, EventType = request.Message.EventType,
                Subscription = suspect.Subscription, AttemptsMade = 0,
            },
            Expect.One(told.Suspects));
        await AdvanceAsync(LeaseTime);
        Expect.Empty((await LeaseAsync()).Suspects);
    }

    [Spec]
    public async Task A_suspect_that_was_the_last_is_told_without_waiting_for_a_lane()
    {
        await PublishAsync(1);
        var suspect = (await LeaseOneAsync()).Deliveries[0].Id;
        for (var alone = 0; alone < 3; alone++)
            await NextHolderAsync();
        await AdvanceAsync(LeaseTime);

        var told = await LeaseAsync(wait: LeaseTime).WaitAsync(Patience);

        Expect.Empty(told.Lanes);
        Expect.Equal(suspect, Expect.One(told.Suspects).Id);
    }

    [Spec]
    public async Task A_lone_suspect_that_was_the_last_leaves_an_empty_lane()
    {
        await PublishAsync(1);
        await LeaseOneAsync();
        for (var alone = 0; alone < 3; alone++)
            await NextHolderAsync();
        await AdvanceAsync(LeaseTime);

        var result = await LeaseAsync();

        Expect.Empty(result.Lanes);
        Expect.Count(1, result.Suspects);
        Expect.Null(result.NextDue);
        Expect.Equal(0, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task Only_expiries_in_a_row_count()
    {
        await PublishAsync(1, count: 2);
        await LeaseOneAsync();
        for (var round = 0; round < 3; round++)
        {
            await NextHolderAsync();
            await ReleaseAsync(await NextHolderAsync());
            Expect.Count(2, (await LeaseOneAsync()).Deliveries, "a graceful release clears the suspicion");
        }

        Expect.Equal(2, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task A_holder_that_goes_with_nothing_in_flight_leaves_no_suspect()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Settlements.Retry(lane, lane.Deliveries[0], 2 * LeaseTime));
        await AdvanceAsync(LeaseTime);
        Expect.Empty((await LeaseAsync()).Lanes);
        await PublishAsync(1, count: 2);

        Expect.NotEmpty((await LeaseOneAsync()).Deliveries);
    }

    /// <summary>Lets the current lease expire and leases the lane.</summary>
    private async Task<LeasedLane> NextHolderAsync()
    {
        await AdvanceAsync(LeaseTime);
        return await LeaseOneAsync();
    }
}
