namespace WebhookKit.Testing.Stores;

internal sealed class CancelSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    [Spec]
    public async Task A_delivery_that_waits_is_cancelled_and_its_lane_sleeps()
    {
        var delivery = await WaitingAsync();
        await AdvanceAsync(5 * Second);

        Expect.Sequence([CancelOutcome.Cancelled], await CancelAsync(delivery));

        var record = await FindAsync(delivery);
        Expect.Equal(DeliveryStatus.Cancelled, record.Status);
        Expect.Null(record.DueAt);
        Expect.Close(5 * Second, record.EndedAt - record.EnqueuedAt);
        Expect.Equal(0, (await MeasureAsync()).Waiting);
        var result = await LeaseAsync();
        Expect.Empty(result.Lanes);
        Expect.Null(result.NextDue);
    }

    [Spec]
    public async Task A_batch_answers_each_in_its_order()
    {
        var ended = await EndedAsync(DeliveryStatus.Delivered);
        var (one, two) = (await WaitingAsync(), await WaitingAsync());

        var results = await CancelAsync(two, ended, new DeliveryId(two.Value + 100_000), one, two);

        Expect.Sequence(
            [CancelOutcome.Cancelled, CancelOutcome.NotWaiting, CancelOutcome.NotWaiting, CancelOutcome.Cancelled, CancelOutcome.NotWaiting], results);
        Expect.Equal(DeliveryStatus.Delivered, (await FindAsync(ended)).Status);
    }

    [Spec]
    public async Task The_others_of_the_lane_are_due_as_before()
    {
        var cancelled = await WaitingAsync();
        var soon = await PublishAsync(1, delay: 20 * Second);

        await CancelAsync(cancelled);

        var result = await LeaseAsync();
        Expect.Empty(result.Lanes);
        Expect.Close(20 * Second, result.NextDue);
        await AdvanceAsync(20 * Second);
        Expect.Sequence(soon, MessagesOf((await LeaseOneAsync()).Deliveries));
    }

    [Spec]
    public async Task One_that_is_put_off_is_cancelled_too()
    {
        var delivery = await WaitingAsync();
        await WorkAsync((lane, leased) => Settlements.Retry(lane, leased, 60 * Second));

        Expect.Sequence([CancelOutcome.Cancelled], await CancelAsync(delivery));

        Expect.Null((await LeaseAsync()).NextDue);
        await AdvanceAsync(60 * Second);
        Expect.Empty((await LeaseAsync()).Lanes);
    }

    [Spec]
    public async Task One_in_flight_is_cancelled_whoever_holds_it_and_its_failure_is_gone()
    {
        var delivery = await WaitingAsync();
        await PublishAsync(1);
        var lane = await LeaseOneAsync();

        Expect.Sequence([CancelOutcome.Cancelled], await CancelAsync(delivery));

        Expect.Equal(SettleOutcome.Gone, await SettleAsync(Settlements.Retry(lane, lane.Deliveries[0], Second)));
        Expect.Count(1, await AttemptsOfAsync(delivery), "the attempt was made and is logged");
        Expect.Equal(DeliveryStatus.Cancelled, (await FindAsync(delivery)).Status);
        Expect.Empty(await RenewAsync(lane), "the lane stays with its holder");
        Expect.Equal(lane.Deliveries[1].Id, Expect.One((await RefillAsync(lane, quota: 5)).Deliveries).Id);
    }

    [Spec]
    public async Task The_holder_hears_with_a_refill_of_what_was_cancelled()
    {
        var (cancelled, other) = (await WaitingAsync(), await WaitingAsync());
        var lane = await LeaseOneAsync();
        await CancelAsync(cancelled);

        var result = await RefillAsync(lane, quota: 0, [.. lane.Deliveries]);

        Expect.False(result.Lost);
        Expect.Equal(cancelled, Expect.One(result.Ended));
        Expect.Equal(DeliveryStatus.Waiting, (await FindAsync(other)).Status);
    }

    [Spec]
    public async Task A_success_makes_a_cancelled_delivery_delivered()
    {
        var delivery = await WaitingAsync();
        var lane = await LeaseOneAsync();
        await CancelAsync(delivery);
        var success = Settlements.Delivered(lane, lane.Deliveries[0]);

        Expect.Equal(SettleOutcome.Applied, await SettleAsync(success));
        Expect.Equal(SettleOutcome.Applied, await SettleAsync(success), "repeated, it has the same answer");

        var record = await FindAsync(delivery);
        Expect.Equal((DeliveryStatus.Delivered, 1), (record.Status, record.AttemptsMade));
        Expect.Equal(0, (await MeasureAsync()).Waiting);
        Expect.Equal(SettleOutcome.Gone, await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0])));
    }

    [Spec]
    public async Task Cancelling_the_lone_delivery_ends_the_suspicion()
    {
        var delivery = await WaitingAsync();
        await PublishAsync(1, count: 2);
        await LeaseOneAsync();
        await AdvanceAsync(LeaseTime);
        var lane = await LeaseOneAsync();
        Expect.Equal(delivery, Expect.One(lane.Deliveries).Id);

        await CancelAsync(delivery);

        Expect.Count(2, (await RefillAsync(lane, quota: 10)).Deliveries);
    }

    [Spec]
    public async Task Cancelling_another_leaves_the_suspicion()
    {
        await WaitingAsync();
        var request = Request(1);
        await EnqueueAsync(request, Request(1));
        await LeaseOneAsync();
        await AdvanceAsync(LeaseTime);
        var lane = await LeaseOneAsync();

        await CancelAsync(await DeliveryOfAsync(request));

        Expect.Empty((await RefillAsync(lane, quota: 10, lane.Deliveries[0])).Deliveries);
    }

    [Spec]
    public async Task A_lane_whose_only_delivery_was_cancelled_in_flight_is_given_back_empty()
    {
        var delivery = await WaitingAsync();
        var lane = await LeaseOneAsync();
        await CancelAsync(delivery);
        await ReleaseAsync(lane);

        Expect.Null((await LeaseAsync()).NextDue);
        var later = await PublishAsync(1);
        Expect.Sequence(later, MessagesOf((await LeaseOneAsync()).Deliveries));
    }

    [Spec]
    public async Task A_lane_whose_only_delivery_was_cancelled_and_whose_holder_died_is_empty()
    {
        var delivery = await WaitingAsync();
        await LeaseOneAsync();
        await CancelAsync(delivery);
        await AdvanceAsync(LeaseTime);

        Expect.Empty((await LeaseAsync()).Lanes);
        var later = await PublishAsync(1);
        Expect.Sequence(later, MessagesOf((await LeaseOneAsync()).Deliveries));
    }

    [Spec]
    public async Task What_waits_of_a_message_is_cancelled_batch_by_batch_and_no_other()
    {
        var (request, other) = (Request([.. Enumerable.Range(0, 7).Select(lane => Target(lane))]), Request(0));
        await EnqueueAsync(request, other);
        var lane = await LeaseOneAsync(1);
        await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));

        Expect.Equal(new CancelledBatch(4, HasMore: true), await CancelMessageAsync(request, limit: 4));
        Expect.Equal(new CancelledBatch(2, HasMore: false), await CancelMessageAsync(request, limit: 4));
        Expect.Equal(default, await CancelMessageAsync(request, limit: 4));

        Expect.Equal(1, (await MeasureAsync()).Waiting);
        var ends = await Task.WhenAll((await DeliveriesOfAsync(request)).Select(delivery => FindAsync(delivery)));
        Expect.Count(6, ends.Where(record => record.Status == DeliveryStatus.Cancelled));
        Expect.Count(1, ends.Where(record => record.Status == DeliveryStatus.Delivered));
    }

    [Spec]
    public async Task The_newest_of_a_message_are_cancelled_first()
    {
        var request = Request(1);
        await EnqueueAsync(request);
        var first = await DeliveryOfAsync(request);
        var second = (await Store.RedeliverAsync([Redelivery.Of(first, once: false)], CancellationToken.None))[0].Delivery;

        Expect.Equal(new CancelledBatch(1, HasMore: true), await CancelMessageAsync(request, limit: 1));

        Expect.Equal(DeliveryStatus.Waiting, (await FindAsync(first)).Status);
        Expect.Equal(DeliveryStatus.Cancelled, (await FindAsync(second!.Value)).Status);
    }

    [Spec]
    public async Task Of_an_unknown_message_nothing_is_cancelled_and_a_limit_is_at_least_one()
    {
        await WaitingAsync();

        Expect.Equal(default, await CancelMessageAsync(Request(1), limit: 1));
        await Expect.ThrowsAsync<ArgumentOutOfRangeException>(() => CancelMessageAsync(Request(1), limit: 0));
        Expect.Equal(1, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task A_message_whose_cancellation_was_called_off_beforehand_waits()
    {
        var request = Request(1);
        await EnqueueAsync(request);

        await Expect.ThrowsAsync<OperationCanceledException>(
            async () => await Store.CancelMessageAsync(request.Message.PublicId, 1, new CancellationToken(canceled: true)));

        Expect.Equal(1, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task A_call_cancelled_beforehand_cancels_nothing()
    {
        var delivery = await WaitingAsync();

        await Expect.ThrowsAsync<OperationCanceledException>(async () => await Store.CancelAsync([delivery], new CancellationToken(canceled: true)));

        Expect.Equal(1, (await MeasureAsync()).Waiting);
    }

    private async Task<DeliveryId> WaitingAsync()
    {
        var request = Request(1);
        await EnqueueAsync(request);
        return await DeliveryOfAsync(request);
    }
}
