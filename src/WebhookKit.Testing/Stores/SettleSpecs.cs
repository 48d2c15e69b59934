namespace WebhookKit.Testing.Stores;

internal sealed class SettleSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    [Spec]
    public async Task A_retry_counts_and_is_due_after_its_delay()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Settlements.Retry(lane, lane.Deliveries[0], 60 * Second));
        await ReleaseAsync(lane);

        await AdvanceAsync(59 * Second);
        Expect.Empty((await LeaseAsync()).Lanes);
        await AdvanceAsync(Second);

        var again = Expect.One((await LeaseOneAsync()).Deliveries);
        Expect.Equal(1, again.AttemptsMade);
        Expect.Equal(AttemptTrigger.Retry, again.Trigger);
        Expect.Close(60 * Second, again.Age);
    }

    [Spec]
    public async Task A_deferral_is_due_after_its_delay_and_does_not_count()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Settlements.Defer(lane, lane.Deliveries[0], 10 * Second));
        await ReleaseAsync(lane);
        Expect.Empty((await LeaseAsync()).Lanes);

        await AdvanceAsync(10 * Second);

        var again = Expect.One((await LeaseOneAsync()).Deliveries);
        Expect.Equal(0, again.AttemptsMade);
        Expect.Equal(AttemptTrigger.Publish, again.Trigger);
    }

    [Spec]
    public async Task An_abandoned_delivery_is_as_it_was()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        var first = lane.Deliveries[0];
        await AdvanceAsync(5 * Second);
        Expect.Equal(SettleOutcome.Applied, await SettleAsync(Settlements.Abandon(lane, first)));

        var again = Expect.One((await RefillAsync(lane, quota: 1)).Deliveries);

        Expect.Equivalent(first, again with { Age = first.Age });
        Expect.Close(first.Age + (5 * Second), again.Age);
    }

    [Spec(AttemptOutcome.TimedOut, 1)]
    [Spec(AttemptOutcome.Cancelled, 0)]
    [Spec(AttemptOutcome.SenderError, 0)]
    [Spec(null, 0)]
    public async Task A_dead_letter_counts_the_attempt_if_the_receiver_had_one(AttemptOutcome? outcome, int counted)
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();

        Expect.Equal(SettleOutcome.Applied, await SettleAsync(Settlements.Dead(lane, lane.Deliveries[0], outcome)));

        var record = await RecordOfAsync(lane.Deliveries[0].Id);
        Expect.Equal(DeliveryStatus.Dead, record.Status);
        Expect.Equal(DeadReason.Exhausted, record.DeadReason);
        Expect.Equal(counted, record.AttemptsMade);
        Expect.Equal(outcome, record.LastOutcome);
    }

    [Spec]
    public async Task A_batch_answers_each_item_in_its_order()
    {
        await PublishAsync(1, count: 6);
        var lane = await LeaseOneAsync();
        var d = lane.Deliveries;
        var unknown = d[0] with { Id = new DeliveryId(d.Max(delivery => delivery.Id.Value) + 1_000) };
        var cancel = Settlements.Cancel(lane, d[4]);

        var results = await SettleAsync(
        [
            Settlements.Delivered(lane, d[0]),
            Settlements.Retry(lane, d[1] with { AttemptsMade = 3 }, Second),
            Settlements.Delivered(lane, unknown),
            Settlements.Retry(lane, d[2], Second),
            Settlements.Dead(lane, d[3]),
            cancel,
            cancel,
            Settlements.Retry(lane, d[5], Second) with { Token = AnotherToken() },
        ]);

        Expect.Sequence(
            [
                SettleOutcome.Applied, SettleOutcome.Stale, SettleOutcome.Gone, SettleOutcome.Applied,
                SettleOutcome.Applied, SettleOutcome.Applied, SettleOutcome.Gone, SettleOutcome.Stale,
            ],
            results);
        Expect.Equal(3, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task A_batch_of_unknown_outcome_is_repeated_with_the_same_answers_and_changes_nothing()
    {
        await PublishAsync(1, count: 4);
        var old = await LeaseOneAsync();
        await AdvanceAsync(LeaseTime);
        var lane = await LeaseOneAsync();
        await SettleAsync(Settlements.Abandon(lane, lane.Deliveries[0]));
        var d = (await RefillAsync(lane, quota: 10)).Deliveries;
        Settlement[] batch =
        [
            Settlements.Delivered(lane, d[0]), Settlements.Retry(lane, d[1], 5 * Second), Settlements.Dead(lane, d[2]), Settlements.Retry(old, d[3], Second),
        ];
        var first = await SettleAsync(batch);
        var after = await ListAsync(new DeliveryQuery { AllTenants = true });
        await AdvanceAsync(2 * Second);

        var second = await SettleAsync(batch);

        Expect.Sequence([SettleOutcome.Applied, SettleOutcome.Applied, SettleOutcome.Applied, SettleOutcome.Stale], first);
        Expect.Sequence(first, second);
        Expect.Equivalent(after, await ListAsync(new DeliveryQuery { AllTenants = true }));
        Expect.Count(1, await AttemptsOfAsync(d[1].Id));
    }

    [Spec]
    public async Task A_repeated_settlement_changes_nothing_even_after_the_delivery_moved_on()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        var retry = Settlements.Retry(lane, lane.Deliveries[0], TimeSpan.Zero);
        await SettleAsync(retry);
        var again = (await RefillAsync(lane, quota: 1)).Deliveries[0];
        await SettleAsync(Settlements.Retry(lane, again, 60 * Second));
        var before = await RecordOfAsync(again.Id);

        Expect.Equal(SettleOutcome.Applied, await SettleAsync(retry));

        Expect.Equivalent(before, await RecordOfAsync(again.Id));
        Expect.Equal(2, before.AttemptsMade);
    }

    [Spec]
    public async Task The_same_settlement_twice_in_one_batch_counts_once()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        var retry = Settlements.Retry(lane, lane.Deliveries[0], Second);

        Expect.Sequence([SettleOutcome.Applied, SettleOutcome.Applied], await SettleAsync([retry, retry]));

        Expect.Equal(1, (await RecordOfAsync(lane.Deliveries[0].Id)).AttemptsMade);
        Expect.Count(1, await AttemptsOfAsync(lane.Deliveries[0].Id));
    }

    [Spec]
    public async Task Two_attempts_of_one_delivery_in_one_batch_are_settled_one_after_the_other()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        var delivery = lane.Deliveries[0];

        var results = await SettleAsync(
            [Settlements.Retry(lane, delivery, Second), Settlements.Retry(lane, delivery, Second), Settlements.Delivered(lane, delivery)]);

        Expect.Sequence([SettleOutcome.Applied, SettleOutcome.Stale, SettleOutcome.Applied], results);
    }

    [Spec]
    public async Task The_same_settlement_by_many_at_once_counts_once()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        var retry = Settlements.Retry(lane, lane.Deliveries[0], TimeSpan.Zero);

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => SettleAsync(retry))));

        Expect.All(results, result => result == SettleOutcome.Applied);
        Expect.Equal(1, (await RecordOfAsync(lane.Deliveries[0].Id)).AttemptsMade);
    }
}
