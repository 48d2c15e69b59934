using WebhookKit.Testing;

namespace WebhookKit.Tests.Queueing;

public abstract class DeliveryLogSpecs<TFixture> : DeliveryQueueSpecs<TFixture> where TFixture : StoreFixture, new()
{
    [Fact]
    public async Task Deliveries_are_listed_newest_first_page_by_page()
    {
        var messages = await PublishAsync(1, count: 25);

        var listed = await ListAllAsync(new DeliveryQuery { Limit = 10 }, pages: 3);

        listed.Select(record => record.MessageId).Should().Equal(messages.Reverse().Select(id => $"msg_{id:N}"));
    }

    [Fact]
    public async Task A_last_page_that_is_full_has_no_next()
    {
        await PublishAsync(1, count: 20);

        await ListAllAsync(new DeliveryQuery { Limit = 10 }, pages: 2);
    }

    [Fact]
    public async Task What_is_enqueued_while_paging_shifts_no_page()
    {
        await PublishAsync(1, count: 10);
        var first = await ListAsync(new DeliveryQuery { Limit = 5 });
        await PublishAsync(1, count: 3);

        var second = await ListAsync(new DeliveryQuery { Limit = 5, Continuation = first.Next });

        first.Items.Concat(second.Items).Select(record => record.Id).Should().OnlyHaveUniqueItems().And.HaveCount(10);
        second.Next.Should().BeNull();
    }

    [Fact]
    public async Task A_record_tells_where_the_delivery_stands()
    {
        var request = Request(1);
        await EnqueueAsync(request);
        var lane = await LeaseOneAsync();
        var retry = Settlements.Retry(lane, lane.Deliveries[0], 60 * Second);
        await SettleAsync(retry);

        var waiting = await RecordOfAsync(retry.Delivery);
        waiting.Should().BeEquivalentTo(new
        {
            MessageId = request.Message.PublicId,
            Tenant = "acme",
            EventType = "test.happened",
            request.Targets[0].Subscription,
            Status = DeliveryStatus.Waiting,
            AttemptsMade = 1,
            EndedAt = (DateTimeOffset?)null,
            LastOutcome = (AttemptOutcome?)AttemptOutcome.RefusedByStatus,
            LastStatusCode = (int?)503,
        });
        (waiting.DueAt - waiting.EnqueuedAt).Should().BeCloseTo(60 * Second, Second);

        await AdvanceAsync(60 * Second);
        await SettleAsync(Settlements.Delivered(lane, (await RefillAsync(lane, quota: 1)).Deliveries[0]));

        var ended = await RecordOfAsync(retry.Delivery);
        ended.Status.Should().Be(DeliveryStatus.Delivered);
        ended.DueAt.Should().BeNull();
        ended.AttemptsMade.Should().Be(2);
        (ended.EndedAt - ended.EnqueuedAt).Should().BeCloseTo(60 * Second, Second);
    }

    [Fact]
    public async Task Filters_restrict_the_list()
    {
        var both = Request(Target(1), Target(2));
        await EnqueueAsync(both, Request(1), Request(2));
        var lane = (await LeaseAsync()).Lanes.Single(lane => lane.Lane == Lane(1));
        await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));
        var subscription = lane.Deliveries[0].Subscription;

        (await ListAsync(new DeliveryQuery { MessageId = both.Message.PublicId })).Items.Should().HaveCount(2)
            .And.OnlyContain(record => record.MessageId == both.Message.PublicId);
        (await ListAsync(new DeliveryQuery { Subscription = subscription })).Items.Should().HaveCount(2)
            .And.OnlyContain(record => record.Subscription == subscription);
        (await ListAsync(new DeliveryQuery { Status = DeliveryStatus.Waiting })).Items.Should().HaveCount(3);
        (await ListAsync(new DeliveryQuery { MessageId = both.Message.PublicId, Subscription = subscription, Status = DeliveryStatus.Delivered }))
            .Items.Should().ContainSingle().Which.Id.Should().Be(lane.Deliveries[0].Id);
        (await ListAsync(new DeliveryQuery { MessageId = "msg_unknown" })).Items.Should().BeEmpty();
    }

    [Fact]
    public async Task The_deliveries_of_one_message_are_paged_too()
    {
        var request = Request([.. Enumerable.Range(1, 25).Select(lane => Target(lane))]);
        await EnqueueAsync(Request(1), request, Request(2));

        var listed = await ListAllAsync(new DeliveryQuery { MessageId = request.Message.PublicId, Limit = 10 }, pages: 3);

        listed.Should().HaveCount(25).And.BeInDescendingOrder(record => record.Id);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1001, null)]
    [InlineData(10, "not-a-continuation")]
    [InlineData(10, "-5")]
    public async Task A_limit_out_of_range_or_a_foreign_continuation_is_refused(int limit, string? continuation)
    {
        var query = new DeliveryQuery { Limit = limit, Continuation = continuation };

        await FluentActions.Awaiting(() => ListAsync(query)).Should().ThrowAsync<WebhookValidationException>();
    }

    [Fact]
    public async Task Attempts_are_listed_oldest_first_and_as_they_were_logged()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        var logged = new List<Attempt>();
        for (var delivery = lane.Deliveries[0]; logged.Count < 3; delivery = (await RefillAsync(lane, quota: 1)).Deliveries[0])
        {
            var retry = Settlements.Retry(lane, delivery, Second);
            var attempt = retry.Attempt! with { ResponseBody = $"busy {logged.Count}", Detail = "503" };
            await SettleAsync(retry with { Attempt = attempt });
            logged.Add(attempt);
            await AdvanceAsync(Second);
        }

        var attempts = await Store.ListAttemptsAsync(lane.Deliveries[0].Id, CancellationToken.None);

        attempts.Select(attempt => attempt.Id).Should().Equal(logged.Select(attempt => attempt.Id));
        attempts.Should().BeEquivalentTo(logged, options => options.Excluding(attempt => attempt.StartedAt));
    }

    [Fact]
    public async Task A_delivery_that_is_unknown_has_no_attempts()
    {
        (await Store.ListAttemptsAsync(new DeliveryId(12_345), CancellationToken.None)).Should().BeEmpty();
    }

    [Fact]
    public async Task The_depth_counts_what_waits_and_what_is_due()
    {
        await PublishAsync(1, count: 3);
        await PublishAsync(2, count: 2, delay: 30 * Second);
        await AdvanceAsync(10 * Second);

        var depth = await MeasureAsync();
        (depth.Waiting, depth.Due).Should().Be((5L, 3L));
        depth.OldestDueAge.Should().BeCloseTo(10 * Second, Second);

        var lane = await LeaseOneAsync(deliveries: 1);
        (await MeasureAsync()).Due.Should().Be(3, "what is in flight still waits");
        await SettleAsync(Settlements.Retry(lane, lane.Deliveries[0], 60 * Second));
        (await MeasureAsync()).Due.Should().Be(2);
        await AdvanceAsync(20 * Second);
        (await MeasureAsync()).Due.Should().Be(4);
    }

    [Fact]
    public async Task An_empty_store_has_no_depth()
    {
        (await MeasureAsync()).Should().Be(default(QueueDepth));
        (await ListAsync(new DeliveryQuery())).Items.Should().BeEmpty();
    }

    private async Task<Page<DeliveryRecord>> ListAsync(DeliveryQuery query) => await Store.ListDeliveriesAsync(query, CancellationToken.None);

    private async Task<List<DeliveryRecord>> ListAllAsync(DeliveryQuery query, int pages)
    {
        var listed = new List<DeliveryRecord>();
        for (var page = 1; page <= pages; page++)
        {
            var answer = await ListAsync(query);
            answer.Items.Should().HaveCountLessThanOrEqualTo(query.Limit);
            (answer.Next is null).Should().Be(page == pages);
            listed.AddRange(answer.Items);
            query = query with { Continuation = answer.Next };
        }

        return listed;
    }
}
