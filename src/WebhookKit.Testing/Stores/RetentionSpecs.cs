namespace WebhookKit.Testing.Stores;

internal sealed class RetentionSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    private static TimeSpan Day => TimeSpan.FromDays(1);

    [Spec]
    public async Task Data_goes_after_its_time_and_the_record_stays()
    {
        var request = Request(1);
        await EnqueueAsync(request);
        await WorkAsync();
        await AdvanceAsync(Day);
        Expect.Equal(0, await TrimAsync(data: Day + Second, log: 3 * Day));
        Expect.Equal(request.Message.Data.Length, (await FindMessageAsync(request)).DataLength!.Value);

        Expect.Equal(1, await TrimAsync(data: Day - Second, log: 3 * Day));

        var record = await FindMessageAsync(request);
        Expect.Null(record.DataLength);
        Expect.Equal(0, record.Message.Data.Length);
        Expect.Equivalent(request.Message with { Data = default }, record.Message);
        Expect.Count(1, await AttemptsOfAsync(await DeliveryOfAsync(request)));
        Expect.Equal(0, await TrimAsync(data: Day - Second, log: 3 * Day), "it goes once");
        Expect.Sequence([EnqueueOutcome.Duplicate], await EnqueueAsync(request), "the message is known");
    }

    [Spec]
    public async Task What_waits_is_never_forgotten_nor_its_data()
    {
        var request = Request(Target(1), Target(2));
        await EnqueueAsync(request);
        await WorkAsync((lane, delivery) =>
            lane.Lane == Lane(1) ? Settlements.Delivered(lane, delivery) : Settlements.Retry(lane, delivery, 10 * Day));
        await AdvanceAsync(Day);

        Expect.Equal(1, await TrimAsync(TimeSpan.Zero, TimeSpan.Zero));

        var left = await FindAsync(await DeliveryOfAsync(request));
        Expect.Equal((DeliveryStatus.Waiting, 1), (left.Status, left.AttemptsMade));
        Expect.Count(1, await AttemptsOfAsync(left.Id));
        await AdvanceAsync(10 * Day);
        Expect.Equivalent(request.Message, Expect.One(await WorkAsync()).Message);
    }

    [Spec(DeliveryStatus.Delivered)]
    [Spec(DeliveryStatus.Dead)]
    [Spec(DeliveryStatus.Cancelled)]
    public async Task An_ended_delivery_goes_with_its_attempts_as_long_after_it_ended(DeliveryStatus status)
    {
        await AdvanceAsync(Day);
        var delivery = await EndedAsync(status);
        var message = (await FindAsync(delivery)).MessageId;
        await AdvanceAsync(Day);
        Expect.Equal(0, await TrimAsync(2 * Day, Day + Second));

        Expect.Equal(1, await TrimAsync(2 * Day, Day - Second));

        Expect.Null(await Store.FindDeliveryAsync(delivery, CancellationToken.None));
        Expect.Empty(await AttemptsOfAsync(delivery));
        Expect.Null(await Store.FindMessageAsync(message, CancellationToken.None), "it went with its last delivery");
    }

    [Spec]
    public async Task The_time_counts_from_the_end_not_from_the_publish()
    {
        await PublishAsync(1, delay: 5 * Day);
        await AdvanceAsync(5 * Day);
        var delivery = Expect.One(await WorkAsync());
        await AdvanceAsync(Day);

        Expect.Equal(0, await TrimAsync(data: 10 * Day, log: 2 * Day));

        Expect.Equal(DeliveryStatus.Delivered, (await FindAsync(delivery.Id)).Status);
    }

    [Spec]
    public async Task The_time_of_a_dead_letter_that_was_accepted_after_all_counts_from_then()
    {
        await PublishAsync(1);
        var old = await LeaseOneAsync();
        await SettleAsync(Settlements.Dead(old, old.Deliveries[0]));
        await PublishAsync(2);
        await AdvanceAsync(Day);
        var later = Expect.One(await WorkAsync());
        await AdvanceAsync(Day);
        await SettleAsync(Settlements.Delivered(old, old.Deliveries[0]));

        await TrimAsync(data: 10 * Day, log: Day - Second);

        Expect.Equal(DeliveryStatus.Delivered, (await FindAsync(old.Deliveries[0].Id)).Status);
        Expect.Null(await Store.FindDeliveryAsync(later.Id, CancellationToken.None));
        await AdvanceAsync(Day);
        await TrimAsync(data: 10 * Day, log: Day - Second);
        Expect.Null(await Store.FindDeliveryAsync(old.Deliveries[0].Id, CancellationToken.None));
    }

    [Spec]
    public async Task A_message_stays_as_long_as_a_delivery_of_it_is_known()
    {
        var request = Request(Target(1), Target(2, delay: Day));
        await EnqueueAsync(request);
        await WorkAsync();
        await AdvanceAsync(Day);
        await WorkAsync();

        Expect.Equal(1, await TrimAsync(data: 10 * Day, log: Day - Second));

        Expect.Equal(Target(2).Subscription, (await FindAsync(await DeliveryOfAsync(request))).Subscription);
        Expect.Equal(2, (await FindMessageAsync(request)).Targets);
    }

    [Spec]
    public async Task A_message_that_went_nowhere_goes_as_long_after_it_was_accepted()
    {
        var request = Request();
        await EnqueueAsync(request);
        await AdvanceAsync(Day);
        Expect.Equal(0, await TrimAsync(2 * Day, Day + Second));

        Expect.Equal(1, await TrimAsync(2 * Day, Day - Second));

        Expect.Null(await Store.FindMessageAsync(request.Message.PublicId, CancellationToken.None));
        Expect.Sequence([EnqueueOutcome.Accepted], await EnqueueAsync(request), "what is forgotten is no duplicate");
    }

    [Spec]
    public async Task A_message_that_went_nowhere_until_it_was_redelivered_goes_with_that_delivery()
    {
        var request = Request();
        await EnqueueAsync(request);
        await AdvanceAsync(Day);
        await RedeliverAsync(Redelivery.To(request.Message.PublicId, Target(1).Subscription!.Value, once: true));
        Expect.Equal(0, await TrimAsync(TimeSpan.Zero, TimeSpan.Zero));
        await WorkAsync();

        Expect.Equal(0, await TrimAsync(data: 2 * Day, log: Day - Second), "the delivery has just ended");
        await AdvanceAsync(Day);
        Expect.Equal(1, await TrimAsync(data: 3 * Day, log: Day - Second));
        Expect.Null(await Store.FindMessageAsync(request.Message.PublicId, CancellationToken.None));
    }

    [Spec]
    public async Task Batches_are_bounded_and_say_whether_there_is_more()
    {
        for (var i = 0; i < 10; i++)
            await EndedAsync(DeliveryStatus.Delivered, lane: i);
        await AdvanceAsync(Day);
        var request = new TrimRequest { Data = 2 * Day, Log = Second, Limit = 4 };

        var batches = new List<RemovalResult>();
        for (var i = 0; i < 3; i++)
            batches.Add(await Store.TrimAsync(request, CancellationToken.None));

        Expect.Sequence([new(4, true), new(4, true), new(2, false)], batches);
        Expect.Equal(new RemovalResult(0, false), await Store.TrimAsync(request, CancellationToken.None));
    }

    [Spec]
    public async Task Batches_of_data_are_bounded_too()
    {
        await PublishAsync(1, count: 5);
        await WorkAsync();
        await AdvanceAsync(Day);
        var request = new TrimRequest { Data = Second, Log = 2 * Day, Limit = 2 };

        var batches = new List<RemovalResult>();
        for (var i = 0; i < 4; i++)
            batches.Add(await Store.TrimAsync(request, CancellationToken.None));

        Expect.Sequence([new(2, true), new(2, true), new(1, false), new(0, false)], batches);
        Expect.All((await Store.ListMessagesAsync(new MessageQuery { Tenant = Tenant }, CancellationToken.None)).Items, record => record.DataLength is null);
    }

    [Spec]
    public async Task A_batch_that_takes_just_the_last_has_no_more()
    {
        for (var i = 0; i < 4; i++)
            await EndedAsync(DeliveryStatus.Delivered, lane: i);
        await AdvanceAsync(Day);

        Expect.Equal(new RemovalResult(4, false), await Store.TrimAsync(new TrimRequest { Data = 2 * Day, Log = Second, Limit = 4 }, CancellationToken.None));
    }

    [Spec]
    public async Task A_settlement_of_what_was_forgotten_is_gone()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Settlements.Dead(lane, lane.Deliveries[0]));
        await AdvanceAsync(Second);
        await TrimAsync(TimeSpan.Zero, TimeSpan.Zero);

        Expect.Equal(SettleOutcome.Gone, await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0])));
        Expect.Equal(new RedeliveryResult(RedeliveryOutcome.Unknown, null), await RedeliverAsync(Redelivery.Of(lane.Deliveries[0].Id, once: false)));
        Expect.Sequence([CancelOutcome.NotWaiting], await CancelAsync(lane.Deliveries[0].Id));
    }

    [Spec]
    public async Task A_delivery_that_was_repeated_is_no_less_so_when_that_one_was_forgotten()
    {
        var first = await EndedAsync(DeliveryStatus.Dead);
        await AdvanceAsync(Day);
        var again = (await RedeliverAsync(Redelivery.Of(first, once: true))).Delivery;
        await WorkAsync((lane, delivery) => Settlements.Cancel(lane, delivery));
        await AdvanceAsync(Day);
        await PublishAsync(2);

        Expect.Equal(again!.Value, (await FindAsync(first)).RepeatedAs!.Value);
        Expect.Equal(new RedeliveryResult(RedeliveryOutcome.LeftOut, again), await RedeliverAsync(Redelivery.Of(first, once: true)));
        await TrimAsync(data: 10 * Day, log: Day + Second);
        Expect.Null(await Store.FindDeliveryAsync(first, CancellationToken.None));
        Expect.Equal(first, (await FindAsync(again.Value)).Repeats!.Value);
    }

    [Spec(-1, 0, 1)]
    [Spec(0, -1, 1)]
    [Spec(0, 0, 0)]
    public async Task A_request_that_makes_no_sense_is_refused(int data, int log, int limit) =>
        await Expect.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await Store.TrimAsync(new TrimRequest { Data = data * Second, Log = log * Second, Limit = limit }, CancellationToken.None));

    private async Task<MessageRecord> FindMessageAsync(EnqueueRequest request) =>
        Expect.NotNull(await Store.FindMessageAsync(request.Message.PublicId, CancellationToken.None));
}
