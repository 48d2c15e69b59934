namespace WebhookKit.Testing.Stores;

internal sealed class EnqueueSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    [Spec]
    public async Task A_message_becomes_one_delivery_for_each_target()
    {
        var request = Request(Target(1), Target(2), Target(2));

        Expect.Sequence([EnqueueOutcome.Accepted], await EnqueueAsync(request));

        var lanes = (await LeaseAsync()).Lanes;
        Expect.SameItems([Lane(1), Lane(2)], lanes.Select(lane => lane.Lane));
        Expect.Count(1, lanes.Single(lane => lane.Lane == Lane(1)).Deliveries);
        Expect.Count(2, lanes.Single(lane => lane.Lane == Lane(2)).Deliveries);
        Expect.Unique(lanes.SelectMany(lane => lane.Deliveries).Select(delivery => delivery.Id));
    }

    [Spec]
    public async Task What_is_leased_is_what_was_enqueued()
    {
        var request = Request(Target(7) with { Trigger = AttemptTrigger.Manual });
        await EnqueueAsync(request);
        await AdvanceAsync(3 * Second);

        var result = await LeaseAsync();

        var delivery = Expect.One(Expect.One(result.Lanes).Deliveries);
        Expect.Equivalent(request.Message, delivery.Message);
        Expect.Equal(request.Targets[0].Subscription, delivery.Subscription);
        Expect.Equal(request.Targets.Count, delivery.Targets ?? request.Targets.Count);
        Expect.Equal(AttemptTrigger.Manual, delivery.Trigger);
        Expect.Equal(0, delivery.AttemptsMade);
        Expect.Close(3 * Second, delivery.Age);
        Expect.Close(result.Now - delivery.Age, delivery.DueAt);
    }

    [Spec]
    public async Task A_duplicate_adds_nothing_while_the_first_waits_or_after_it_ended()
    {
        var request = Request(1);
        await EnqueueAsync(request);
        Expect.Sequence([EnqueueOutcome.Duplicate], await EnqueueAsync(request));

        var lane = await LeaseOneAsync();
        Expect.Count(1, lane.Deliveries);
        await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));
        await ReleaseAsync(lane);

        Expect.Sequence([EnqueueOutcome.Duplicate, EnqueueOutcome.Accepted], await EnqueueAsync(request, Request(2)));
        Expect.Equal(Lane(2), Expect.One((await LeaseAsync()).Lanes).Lane);
    }

    [Spec]
    public async Task A_message_twice_in_one_call_is_stored_once()
    {
        var request = Request(1);

        Expect.Sequence([EnqueueOutcome.Accepted, EnqueueOutcome.Duplicate], await EnqueueAsync(request, request));

        Expect.Equal(1, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task The_same_message_enqueued_by_many_at_once_is_stored_once()
    {
        var request = Request(1);

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => EnqueueAsync(request))));

        Expect.Count(1, results.Where(result => result[0] == EnqueueOutcome.Accepted));
        Expect.Equal(1, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task A_message_without_targets_is_accepted_and_known_and_nothing_waits()
    {
        var request = Request();

        Expect.Sequence([EnqueueOutcome.Accepted], await EnqueueAsync(request));
        Expect.Sequence([EnqueueOutcome.Duplicate], await EnqueueAsync(request));

        Expect.Equal(0, (await MeasureAsync()).Waiting);
        Expect.Null((await LeaseAsync()).NextDue);
    }

    [Spec]
    public async Task A_call_cancelled_beforehand_stores_nothing()
    {
        await Expect.ThrowsAsync<OperationCanceledException>(async () => await Store.EnqueueAsync([Request(1)], new CancellationToken(canceled: true)));

        Expect.Equal(0, (await MeasureAsync()).Waiting);
    }
}
