namespace WebhookKit.Tests.Queueing;

public abstract class EnqueueSpecs<TFixture> : DeliveryQueueSpecs<TFixture> where TFixture : StoreFixture, new()
{
    [Fact]
    public async Task A_message_becomes_one_delivery_for_each_target()
    {
        var request = Request(Target(1), Target(2), Target(2));

        (await EnqueueAsync(request)).Should().Equal(EnqueueOutcome.Accepted);

        var lanes = (await LeaseAsync()).Lanes;
        lanes.Select(lane => lane.Lane).Should().BeEquivalentTo([Lane(1), Lane(2)]);
        lanes.Single(lane => lane.Lane == Lane(1)).Deliveries.Should().ContainSingle();
        lanes.Single(lane => lane.Lane == Lane(2)).Deliveries.Should().HaveCount(2);
        lanes.SelectMany(lane => lane.Deliveries).Select(delivery => delivery.Id).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task What_is_leased_is_what_was_enqueued()
    {
        var request = Request(Target(7) with { Trigger = AttemptTrigger.Manual });
        await EnqueueAsync(request);
        await AdvanceAsync(3 * Second);

        var result = await LeaseAsync();

        var delivery = result.Lanes.Should().ContainSingle().Which.Deliveries.Should().ContainSingle().Subject;
        delivery.Message.Should().BeEquivalentTo(request.Message, options => options.Excluding(message => message.Data));
        delivery.Message.Data.ToArray().Should().Equal(request.Message.Data.ToArray());
        delivery.Subscription.Should().Be(request.Targets[0].Subscription);
        delivery.Trigger.Should().Be(AttemptTrigger.Manual);
        delivery.AttemptsMade.Should().Be(0);
        delivery.Age.Should().BeCloseTo(3 * Second, Second);
        delivery.DueAt.Should().BeCloseTo(result.Now - delivery.Age, Second);
    }

    [Fact]
    public async Task A_duplicate_adds_nothing_while_the_first_waits_or_after_it_ended()
    {
        var request = Request(1);
        await EnqueueAsync(request);
        (await EnqueueAsync(request)).Should().Equal(EnqueueOutcome.Duplicate);

        var lane = await LeaseOneAsync();
        lane.Deliveries.Should().ContainSingle();
        await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));
        await ReleaseAsync(lane);

        (await EnqueueAsync(request, Request(2))).Should().Equal(EnqueueOutcome.Duplicate, EnqueueOutcome.Accepted);
        (await LeaseAsync()).Lanes.Should().ContainSingle().Which.Lane.Should().Be(Lane(2));
    }

    [Fact]
    public async Task A_message_twice_in_one_call_is_stored_once()
    {
        var request = Request(1);

        (await EnqueueAsync(request, request)).Should().Equal(EnqueueOutcome.Accepted, EnqueueOutcome.Duplicate);

        (await MeasureAsync()).Waiting.Should().Be(1);
    }

    [Fact]
    public async Task The_same_message_enqueued_by_many_at_once_is_stored_once()
    {
        var request = Request(1);

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => EnqueueAsync(request))));

        results.Count(result => result[0] == EnqueueOutcome.Accepted).Should().Be(1);
        (await MeasureAsync()).Waiting.Should().Be(1);
    }

    [Fact]
    public async Task A_message_without_targets_is_accepted_and_known_and_nothing_waits()
    {
        var request = Request();

        (await EnqueueAsync(request)).Should().Equal(EnqueueOutcome.Accepted);
        (await EnqueueAsync(request)).Should().Equal(EnqueueOutcome.Duplicate);

        (await MeasureAsync()).Waiting.Should().Be(0);
        (await LeaseAsync()).NextDue.Should().BeNull();
    }

    [Fact]
    public async Task A_call_cancelled_beforehand_stores_nothing()
    {
        await FluentActions.Awaiting(async () => await Store.EnqueueAsync([Request(1)], new CancellationToken(canceled: true)))
            .Should().ThrowAsync<OperationCanceledException>();

        (await MeasureAsync()).Waiting.Should().Be(0);
    }
}
