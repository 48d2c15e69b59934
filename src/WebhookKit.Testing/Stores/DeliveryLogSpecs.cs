namespace WebhookKit.Testing.Stores;

internal sealed class DeliveryLogSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    [Spec]
    public async Task Deliveries_are_listed_newest_first_page_by_page()
    {
        var messages = await PublishAsync(1, count: 25);

        var listed = await ListAllAsync(new DeliveryQuery { AllTenants = true, Limit = 10 }, pages: 3);

        Expect.Sequence(messages.Reverse().Select(id => $"msg_{id:N}"), listed.Select(record => record.MessageId));
    }

    [Spec]
    public async Task A_last_page_that_is_full_has_no_next()
    {
        await PublishAsync(1, count: 20);

        await ListAllAsync(new DeliveryQuery { AllTenants = true, Limit = 10 }, pages: 2);
    }

    [Spec]
    public async Task What_is_enqueued_while_paging_shifts_no_page()
    {
        await PublishAsync(1, count: 10);
        var first = await ListAsync(new DeliveryQuery { AllTenants = true, Limit = 5 });
        await PublishAsync(1, count: 3);

        var second = await ListAsync(new DeliveryQuery { AllTenants = true, Limit = 5, Continuation = first.Next });

        var listed = first.Items.Concat(second.Items).Select(record => record.Id).ToArray();
        Expect.Count(10, listed);
        Expect.Unique(listed);
        Expect.Null(second.Next);
    }

    [Spec]
    public async Task A_record_tells_where_the_delivery_stands()
    {
        var request = Request(1);
        await EnqueueAsync(request);
        var lane = await LeaseOneAsync();
        var retry = Settlements.Retry(lane, lane.Deliveries[0], 60 * Second);
        await SettleAsync(retry);

        var waiting = await RecordOfAsync(retry.Delivery);
        Expect.Equivalent(
            new DeliveryRecord
            {
                Id = retry.Delivery,
                MessageId = request.Message.PublicId,
                Tenant = Tenant,
                EventType = request.Message.EventType,
                Subscription = request.Targets[0].Subscription,
                Status = DeliveryStatus.Waiting,
                AttemptsMade = 1,
                EnqueuedAt = waiting.EnqueuedAt,
                DueAt = waiting.DueAt,
                LastOutcome = AttemptOutcome.RefusedByStatus,
                LastStatusCode = 503,
            },
            waiting);
        Expect.Close(60 * Second, waiting.DueAt - waiting.EnqueuedAt);

        await AdvanceAsync(60 * Second);
        await SettleAsync(Settlements.Delivered(lane, (await RefillAsync(lane, quota: 1)).Deliveries[0]));

        var ended = await RecordOfAsync(retry.Delivery);
        Expect.Equal(DeliveryStatus.Delivered, ended.Status);
        Expect.Null(ended.DueAt);
        Expect.Equal(2, ended.AttemptsMade);
        Expect.Close(60 * Second, ended.EndedAt - ended.EnqueuedAt);
    }

    [Spec]
    public async Task Filters_restrict_the_list()
    {
        var both = Request(Target(1), Target(2));
        await EnqueueAsync(both, Request(1), Request(2));
        var lane = (await LeaseAsync()).Lanes.Single(lane => lane.Lane == Lane(1));
        await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));
        var subscription = lane.Deliveries[0].Subscription;
        var id = both.Message.PublicId;

        var ofMessage = (await ListAsync(new DeliveryQuery { AllTenants = true, MessageId = id })).Items;
        Expect.Sequence([id, id], ofMessage.Select(record => record.MessageId));
        var ofSubscription = (await ListAsync(new DeliveryQuery { AllTenants = true, Subscription = subscription })).Items;
        Expect.Sequence([subscription, subscription], ofSubscription.Select(record => record.Subscription));
        Expect.Count(3, (await ListAsync(new DeliveryQuery { AllTenants = true, Status = DeliveryStatus.Waiting })).Items);
        var ofAll = await ListAsync(new DeliveryQuery { AllTenants = true, MessageId = id, Subscription = subscription, Status = DeliveryStatus.Delivered });
        Expect.Equal(lane.Deliveries[0].Id, Expect.One(ofAll.Items).Id);
        Expect.Empty((await ListAsync(new DeliveryQuery { AllTenants = true, MessageId = "msg_unknown" })).Items);
    }

    [Spec]
    public async Task The_deliveries_of_one_message_are_paged_too()
    {
        var request = Request([.. Enumerable.Range(1, 25).Select(lane => Target(lane))]);
        await EnqueueAsync(Request(1), request, Request(2));

        var listed = await ListAllAsync(new DeliveryQuery { AllTenants = true, MessageId = request.Message.PublicId, Limit = 10 }, pages: 3);

        Expect.Count(25, listed);
        Expect.Unique(listed.Select(record => record.Id));
        Expect.Sequence(listed.OrderByDescending(record => record.Id).Select(record => record.Id), listed.Select(record => record.Id));
    }

    [Spec(0, null)]
    [Spec(1001, null)]
    [Spec(10, "not-a-continuation")]
    [Spec(10, "-5")]
    public async Task A_limit_out_of_range_or_a_foreign_continuation_is_refused(int limit, string? continuation)
    {
        var query = new DeliveryQuery { AllTenants = true, Limit = limit, Continuation = continuation };

        await Expect.ThrowsAsync<WebhookValidationException>(() => ListAsync(query));
    }

    [Spec]
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

        var attempts = await AttemptsOfAsync(lane.Deliveries[0].Id);

        Expect.Sequence(logged.Select(attempt => attempt.Id), attempts.Select(attempt => attempt.Id));
        Expect.Equivalent(logged, attempts.Zip(logged, (attempt, sent) => attempt with { StartedAt = sent.StartedAt }).ToList());
        Expect.All(attempts.Zip(logged), pair => (pair.First.StartedAt - pair.Second.StartedAt).Duration() < Second);
    }

    [Spec]
    public async Task A_delivery_that_is_unknown_has_no_attempts() => Expect.Empty(await AttemptsOfAsync(new DeliveryId(12_345)));

    [Spec]
    public async Task The_depth_counts_what_waits_and_what_is_due()
    {
        await PublishAsync(1, count: 3);
        await PublishAsync(2, count: 2, delay: 30 * Second);
        await AdvanceAsync(10 * Second);

        var depth = await MeasureAsync();
        Expect.Equal((5L, 3L), (depth.Waiting, depth.Due));
        Expect.Close(10 * Second, depth.OldestDueAge);

        var lane = await LeaseOneAsync(deliveries: 1);
        Expect.Equal(3, (await MeasureAsync()).Due, "what is in flight still waits");
        await SettleAsync(Settlements.Retry(lane, lane.Deliveries[0], 60 * Second));
        Expect.Equal(2, (await MeasureAsync()).Due);
        await AdvanceAsync(20 * Second);
        Expect.Equal(4, (await MeasureAsync()).Due);
    }

    [Spec]
    public async Task An_empty_store_has_no_depth()
    {
        Expect.Equal(default, await MeasureAsync());
        Expect.Empty((await ListAsync(new DeliveryQuery { AllTenants = true })).Items);
    }

    private async Task<List<DeliveryRecord>> ListAllAsync(DeliveryQuery query, int pages)
    {
        var listed = new List<DeliveryRecord>();
        for (var page = 1; page <= pages; page++)
        {
            var answer = await ListAsync(query);
            Expect.True(answer.Items.Count <= query.Limit);
            Expect.Equal(page == pages, answer.Next is null);
            listed.AddRange(answer.Items);
            query = query with { Continuation = answer.Next };
        }

        return listed;
    }
}
