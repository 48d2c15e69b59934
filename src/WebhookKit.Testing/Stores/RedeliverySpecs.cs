namespace WebhookKit.Testing.Stores;

internal sealed class RedeliverySpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    [Spec(DeliveryStatus.Delivered)]
    [Spec(DeliveryStatus.Dead)]
    [Spec(DeliveryStatus.Cancelled)]
    public async Task A_resend_is_a_new_delivery_and_the_one_it_repeats_stays_as_it_ended(DeliveryStatus status)
    {
        var first = await EndedAsync(status);
        var before = await FindAsync(first);
        await AdvanceAsync(60 * Second);

        var result = await RedeliverAsync(Redelivery.Of(first, once: false));

        Expect.Equal(RedeliveryOutcome.Added, result.Outcome);
        Expect.NotEqual(first, result.Delivery!.Value);
        var lane = await LeaseOneAsync();
        Expect.Equal(Lane(1), lane.Lane);
        var leased = Expect.One(lane.Deliveries);
        Expect.Equal(result.Delivery.Value, leased.Id);
        Expect.Equal((AttemptTrigger.Manual, 0), (leased.Trigger, leased.AttemptsMade));
        Expect.Close(TimeSpan.Zero, leased.Age, "its age counts from the resend");
        var record = await FindAsync(leased.Id);
        Expect.Equal((first, before.MessageId), (record.Repeats!.Value, record.MessageId));
        Expect.Close(60 * Second, record.EnqueuedAt - before.EnqueuedAt);
        Expect.Equivalent(before with { RepeatedAs = leased.Id }, await FindAsync(first));
    }

    [Spec]
    public async Task A_delivery_that_waits_can_be_repeated_beside_itself()
    {
        var request = Request(1);
        await EnqueueAsync(request);
        var first = await DeliveryOfAsync(request);

        var result = await RedeliverAsync(Redelivery.Of(first, once: false));

        Expect.Equal(2, (await MeasureAsync()).Waiting);
        Expect.Sequence([first, result.Delivery!.Value], (await LeaseOneAsync()).Deliveries.Select(delivery => delivery.Id));
    }

    [Spec(DeliveryStatus.Delivered)]
    [Spec(DeliveryStatus.Cancelled)]
    public async Task Once_leaves_out_what_ended_otherwise_than_dead(DeliveryStatus status) =>
        Expect.Equal(new RedeliveryResult(RedeliveryOutcome.LeftOut, null), await RedeliverAsync(Redelivery.Of(await EndedAsync(status), once: true)));

    [Spec]
    public async Task Once_leaves_out_what_waits()
    {
        var request = Request(1);
        await EnqueueAsync(request);

        var result = await RedeliverAsync(Redelivery.Of(await DeliveryOfAsync(request), once: true));

        Expect.Equal(new RedeliveryResult(RedeliveryOutcome.LeftOut, null), result);
        Expect.Equal(1, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task A_dead_letter_is_recovered_once_however_often_it_is_asked()
    {
        var dead = await EndedAsync(DeliveryStatus.Dead);

        var results = await RedeliverAsync(Redelivery.Of(dead, once: true), Redelivery.Of(dead, once: true));
        var again = await RedeliverAsync(Redelivery.Of(dead, once: true));

        Expect.Equal(RedeliveryOutcome.Added, results[0].Outcome);
        Expect.Equal(new RedeliveryResult(RedeliveryOutcome.LeftOut, results[0].Delivery), results[1]);
        Expect.Equal(results[1], again);
        Expect.Equal(1, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task A_dead_letter_is_recovered_once_by_many_at_once()
    {
        var dead = await EndedAsync(DeliveryStatus.Dead);

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => RedeliverAsync(Redelivery.Of(dead, once: true)))));

        Expect.Count(1, results.Where(result => result.Outcome == RedeliveryOutcome.Added));
        Expect.Count(1, results.Select(result => result.Delivery).Distinct());
        Expect.Equal(1, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task Without_once_each_call_adds_and_the_latest_is_told()
    {
        var dead = await EndedAsync(DeliveryStatus.Dead);

        await RedeliverAsync(Redelivery.Of(dead, once: false));
        var second = await RedeliverAsync(Redelivery.Of(dead, once: false));

        Expect.Equal(2, (await MeasureAsync()).Waiting);
        Expect.Equal(second.Delivery!.Value, (await FindAsync(dead)).RepeatedAs!.Value);
        Expect.Equal(new RedeliveryResult(RedeliveryOutcome.LeftOut, second.Delivery), await RedeliverAsync(Redelivery.Of(dead, once: true)));
    }

    [Spec]
    public async Task A_recovered_delivery_that_dies_again_is_recovered_again()
    {
        var dead = await EndedAsync(DeliveryStatus.Dead);
        var again = (await RedeliverAsync(Redelivery.Of(dead, once: true))).Delivery!.Value;
        await WorkAsync((lane, delivery) => Settlements.Dead(lane, delivery));

        Expect.Equal(RedeliveryOutcome.LeftOut, (await RedeliverAsync(Redelivery.Of(dead, once: true))).Outcome);
        Expect.Equal(RedeliveryOutcome.Added, (await RedeliverAsync(Redelivery.Of(again, once: true))).Outcome);
    }

    [Spec]
    public async Task A_message_is_sent_to_a_subscription_that_missed_it()
    {
        var request = Request();
        await EnqueueAsync(request);
        var subscription = new SubscriptionId(Lane(7).Value);

        var result = await RedeliverAsync(Redelivery.To(request.Message.PublicId, subscription, once: true));

        Expect.Equal(RedeliveryOutcome.Added, result.Outcome);
        var lane = await LeaseOneAsync();
        Expect.Equal(LaneId.Of(subscription), lane.Lane);
        var delivery = Expect.One(lane.Deliveries);
        Expect.Equal((result.Delivery!.Value, (SubscriptionId?)subscription, AttemptTrigger.Manual), (delivery.Id, delivery.Subscription, delivery.Trigger));
        Expect.Equivalent(request.Message, delivery.Message);
        Expect.Null((await FindAsync(delivery.Id)).Repeats);
    }

    [Spec(DeliveryStatus.Waiting)]
    [Spec(DeliveryStatus.Delivered)]
    [Spec(DeliveryStatus.Dead)]
    [Spec(DeliveryStatus.Cancelled)]
    public async Task Once_leaves_out_a_subscription_that_has_a_delivery_of_the_message_whatever_became_of_it(DeliveryStatus status)
    {
        if (status == DeliveryStatus.Waiting)
            await PublishAsync(1);
        else
            await EndedAsync(status);
        var record = Expect.One((await ListAsync(new DeliveryQuery { AllTenants = true })).Items);
        var waiting = (await MeasureAsync()).Waiting;

        Expect.Equal(
            new RedeliveryResult(RedeliveryOutcome.LeftOut, null),
            await RedeliverAsync(Redelivery.To(record.MessageId, record.Subscription!.Value, once: true)));
        Expect.Equal(waiting, (await MeasureAsync()).Waiting);
        Expect.Equal(RedeliveryOutcome.Added, (await RedeliverAsync(Redelivery.To(record.MessageId, record.Subscription.Value, once: false))).Outcome);
    }

    [Spec]
    public async Task Each_of_a_call_sees_those_before_it()
    {
        var (one, two) = (Request(1), Request(2));
        await EnqueueAsync(one, two);
        await WorkAsync();
        var (first, other) = (await DeliveryOfAsync(one), new SubscriptionId(Lane(9).Value));

        var results = await RedeliverAsync(
            Redelivery.To(one.Message.PublicId, other, once: true),
            Redelivery.To(one.Message.PublicId, other, once: true),
            Redelivery.Of(new DeliveryId(first.Value + 100_000), once: false),
            Redelivery.Of(first, once: false),
            Redelivery.To(two.Message.PublicId, other, once: true),
            Redelivery.To("msg_unknown", other, once: false));

        Expect.Sequence(
            [
                RedeliveryOutcome.Added, RedeliveryOutcome.LeftOut, RedeliveryOutcome.Unknown, RedeliveryOutcome.Added, RedeliveryOutcome.Added,
                RedeliveryOutcome.Unknown,
            ],
            results.Select(result => result.Outcome));
        Expect.Unique(results.Where(result => result.Outcome == RedeliveryOutcome.Added).Select(result => result.Delivery));
        Expect.Equal(3, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task A_message_whose_data_is_gone_is_not_sent_again()
    {
        var request = Request(1);
        await EnqueueAsync(request);
        await WorkAsync((lane, delivery) => Settlements.Dead(lane, delivery));
        await AdvanceAsync(Second);
        await TrimAsync(data: TimeSpan.Zero, log: TimeSpan.FromDays(1));

        var results = await RedeliverAsync(
            Redelivery.Of(await DeliveryOfAsync(request), once: true),
            Redelivery.To(request.Message.PublicId, new SubscriptionId(Lane(9).Value), once: false));

        Expect.All(results, result => result == new RedeliveryResult(RedeliveryOutcome.DataGone, null));
        Expect.Equal(0, (await MeasureAsync()).Waiting);
        Expect.Null((await FindAsync(await DeliveryOfAsync(request))).RepeatedAs);
    }

    [Spec]
    public async Task A_message_that_waits_again_loses_nothing()
    {
        var first = await EndedAsync(DeliveryStatus.Dead);
        await AdvanceAsync(Second);
        await RedeliverAsync(Redelivery.Of(first, once: true));

        await TrimAsync(TimeSpan.Zero, TimeSpan.Zero);

        Expect.Null(await Store.FindDeliveryAsync(first, CancellationToken.None));
        Expect.NotEqual(0, Expect.One(await WorkAsync()).Message.Data.Length);
    }

    [Spec]
    public async Task A_redelivery_serves_a_worker_that_waits()
    {
        var first = await EndedAsync(DeliveryStatus.Dead);
        var waiting = LeaseAsync(wait: TimeSpan.FromHours(1));

        await RedeliverAsync(Redelivery.Of(first, once: true));

        Expect.Count(1, (await Expect.InTimeAsync(waiting, Patience)).Lanes);
    }

    [Spec]
    public async Task A_redelivery_into_a_lane_that_is_held_is_its_holders()
    {
        var first = await EndedAsync(DeliveryStatus.Dead);
        await PublishAsync(1);
        var lane = await LeaseOneAsync();

        var result = await RedeliverAsync(Redelivery.Of(first, once: true));

        Expect.Empty((await LeaseAsync()).Lanes);
        Expect.Equal(result.Delivery!.Value, Expect.One((await RefillAsync(lane, quota: 5, lane.Deliveries[0])).Deliveries).Id);
    }

    [Spec]
    public async Task A_call_cancelled_beforehand_adds_nothing()
    {
        var first = await EndedAsync(DeliveryStatus.Dead);

        await Expect.ThrowsAsync<OperationCanceledException>(
            async () => await Store.RedeliverAsync([Redelivery.Of(first, once: false)], new CancellationToken(canceled: true)));

        Expect.Equal(0, (await MeasureAsync()).Waiting);
    }
}
