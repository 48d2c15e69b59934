using WebhookKit.Testing;

namespace WebhookKit.Tests.Queueing;

public abstract class SettleSpecs<TFixture> : DeliveryQueueSpecs<TFixture> where TFixture : StoreFixture, new()
{
    [Fact]
    public async Task A_retry_counts_and_is_due_after_its_delay()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Settlements.Retry(lane, lane.Deliveries[0], 60 * Second));
        await ReleaseAsync(lane);

        await AdvanceAsync(59 * Second);
        (await LeaseAsync()).Lanes.Should().BeEmpty();
        await AdvanceAsync(Second);

        var again = (await LeaseOneAsync()).Deliveries.Should().ContainSingle().Subject;
        again.AttemptsMade.Should().Be(1);
        again.Trigger.Should().Be(AttemptTrigger.Retry);
        again.Age.Should().BeCloseTo(60 * Second, Second);
    }

    [Fact]
    public async Task A_deferral_is_due_after_its_delay_and_does_not_count()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Settlements.Defer(lane, lane.Deliveries[0], 10 * Second));
        await ReleaseAsync(lane);
        (await LeaseAsync()).Lanes.Should().BeEmpty();

        await AdvanceAsync(10 * Second);

        var again = (await LeaseOneAsync()).Deliveries.Should().ContainSingle().Subject;
        again.AttemptsMade.Should().Be(0);
        again.Trigger.Should().Be(AttemptTrigger.Publish);
    }

    [Fact]
    public async Task An_abandoned_delivery_is_as_it_was()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await AdvanceAsync(5 * Second);
        (await SettleAsync(Settlements.Abandon(lane, lane.Deliveries[0]))).Should().Be(SettleResult.Applied);

        var again = (await RefillAsync(lane, quota: 1)).Deliveries.Should().ContainSingle().Subject;
        again.Should().BeEquivalentTo(lane.Deliveries[0], options => options.Excluding(delivery => delivery.Message).Excluding(delivery => delivery.Age));
        again.Age.Should().BeCloseTo(lane.Deliveries[0].Age + (5 * Second), Second);
    }

    [Theory]
    [InlineData(AttemptOutcome.TimedOut, 1)]
    [InlineData(AttemptOutcome.Cancelled, 0)]
    [InlineData(AttemptOutcome.SenderError, 0)]
    [InlineData(null, 0)]
    public async Task A_dead_letter_counts_the_attempt_if_the_receiver_had_one(AttemptOutcome? outcome, int counted)
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();

        (await SettleAsync(Settlements.Dead(lane, lane.Deliveries[0], outcome))).Should().Be(SettleResult.Applied);

        var record = await RecordOfAsync(lane.Deliveries[0].Id);
        record.Status.Should().Be(DeliveryStatus.Dead);
        record.DeadReason.Should().Be(DeadReason.Exhausted);
        record.AttemptsMade.Should().Be(counted);
        record.LastOutcome.Should().Be(outcome);
    }

    [Fact]
    public async Task A_batch_answers_each_item_in_its_order()
    {
        await PublishAsync(1, count: 6);
        var lane = await LeaseOneAsync();
        var d = lane.Deliveries;
        var unknown = d[0] with { Id = new DeliveryId(d.Max(delivery => delivery.Id.Value) + 1_000) };
        var cancel = Settlements.Cancel(lane, d[4]);

        var results = await Store.SettleAsync(
            [
                Settlements.Delivered(lane, d[0]),
                Settlements.Retry(lane, d[1] with { AttemptsMade = 3 }, Second),
                Settlements.Delivered(lane, unknown),
                Settlements.Retry(lane, d[2], Second),
                Settlements.Dead(lane, d[3]),
                cancel,
                cancel,
                Settlements.Retry(lane, d[5], Second) with { Token = new LaneToken(Guid.NewGuid()) },
            ],
            CancellationToken.None);

        results.Should().Equal(
            SettleResult.Applied, SettleResult.Stale, SettleResult.Gone, SettleResult.Applied,
            SettleResult.Applied, SettleResult.Applied, SettleResult.Gone, SettleResult.Stale);
        (await MeasureAsync()).Waiting.Should().Be(3);
    }

    [Fact]
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
        var first = await Store.SettleAsync(batch, CancellationToken.None);
        var after = await Store.ListDeliveriesAsync(new DeliveryQuery(), CancellationToken.None);
        await AdvanceAsync(2 * Second);

        var second = await Store.SettleAsync(batch, CancellationToken.None);

        first.Should().Equal(SettleResult.Applied, SettleResult.Applied, SettleResult.Applied, SettleResult.Stale);
        second.Should().Equal(first);
        (await Store.ListDeliveriesAsync(new DeliveryQuery(), CancellationToken.None)).Should().BeEquivalentTo(after, o => o.WithStrictOrdering());
        (await Store.ListAttemptsAsync(d[1].Id, CancellationToken.None)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_repeated_settlement_changes_nothing_even_after_the_delivery_moved_on()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        var retry = Settlements.Retry(lane, lane.Deliveries[0], TimeSpan.Zero);
        await SettleAsync(retry);
        var again = (await RefillAsync(lane, quota: 1)).Deliveries[0];
        await SettleAsync(Settlements.Retry(lane, again, 60 * Second));
        var before = await RecordOfAsync(again.Id);

        (await SettleAsync(retry)).Should().Be(SettleResult.Applied);

        (await RecordOfAsync(again.Id)).Should().BeEquivalentTo(before);
        before.AttemptsMade.Should().Be(2);
    }

    [Fact]
    public async Task The_same_settlement_twice_in_one_batch_counts_once()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        var retry = Settlements.Retry(lane, lane.Deliveries[0], Second);

        (await Store.SettleAsync([retry, retry], CancellationToken.None)).Should().Equal(SettleResult.Applied, SettleResult.Applied);

        (await RecordOfAsync(lane.Deliveries[0].Id)).AttemptsMade.Should().Be(1);
        (await Store.ListAttemptsAsync(lane.Deliveries[0].Id, CancellationToken.None)).Should().ContainSingle();
    }

    [Fact]
    public async Task Two_attempts_of_one_delivery_in_one_batch_are_settled_one_after_the_other()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        var delivery = lane.Deliveries[0];

        var results = await Store.SettleAsync(
            [Settlements.Retry(lane, delivery, Second), Settlements.Retry(lane, delivery, Second), Settlements.Delivered(lane, delivery)],
            CancellationToken.None);

        results.Should().Equal(SettleResult.Applied, SettleResult.Stale, SettleResult.Applied);
    }

    [Fact]
    public async Task The_same_settlement_by_many_at_once_counts_once()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        var retry = Settlements.Retry(lane, lane.Deliveries[0], TimeSpan.Zero);

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => SettleAsync(retry))));

        results.Should().OnlyContain(result => result == SettleResult.Applied);
        (await RecordOfAsync(lane.Deliveries[0].Id)).AttemptsMade.Should().Be(1);
    }
}
