namespace WebhookKit.Testing.Stores;

internal sealed class MessageLogSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    [Spec]
    public async Task Messages_are_listed_page_by_page_those_accepted_last_first()
    {
        var requests = Enumerable.Range(0, 25).Select(i => Request(i)).ToArray();
        await EnqueueAsync(requests[..10]);
        await EnqueueAsync(requests[10..]);

        var pages = await PagesAsync(new MessageQuery { AllTenants = true, Limit = 10 });

        Expect.Sequence([10, 10, 5], pages.Select(page => page.Length));
        Expect.Sequence(requests.Reverse().Select(request => request.Message.Id), pages.SelectMany(page => page));
    }

    [Spec]
    public async Task A_last_page_that_is_full_has_no_next()
    {
        await PublishAsync(1, count: 20);

        Expect.Sequence([10, 10], (await PagesAsync(new MessageQuery { Tenant = Tenant, Limit = 10 })).Select(page => page.Length));
    }

    [Spec]
    public async Task What_is_accepted_or_trimmed_while_paging_shifts_no_page()
    {
        var messages = await PublishAsync(1, count: 10);
        var first = await ListAsync(new MessageQuery { AllTenants = true, Limit = 5 });
        await WorkAsync((lane, delivery) =>
            delivery.Message.Id == messages[5] ? Settlements.Delivered(lane, delivery) : Settlements.Defer(lane, delivery, 60 * Second));
        await AdvanceAsync(Second);
        await TrimAsync(TimeSpan.Zero, TimeSpan.Zero);
        await PublishAsync(1, count: 3);

        var second = await ListAsync(new MessageQuery { AllTenants = true, Limit = 5, Continuation = first.Next });

        Expect.Sequence(messages.Reverse(), first.Items.Concat(second.Items).Select(record => record.Message.Id));
        Expect.Null(second.Next);
    }

    [Spec]
    public async Task A_record_tells_what_was_accepted_and_a_listing_leaves_out_the_data()
    {
        var request = With(Request(Target(1), Target(2)), message => message with
        {
            Attributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["order"] = "17", ["site"] = "north" },
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            IsAddressed = true,
        });
        await EnqueueAsync(request);
        await AdvanceAsync(5 * Second);

        var found = Expect.NotNull(await Store.FindMessageAsync(request.Message.PublicId, CancellationToken.None));
        var listed = Expect.One((await ListAsync(new MessageQuery { Tenant = Tenant })).Items);

        Expect.Equivalent(request.Message, found.Message);
        Expect.Equal((2, (int?)request.Message.Data.Length), (found.Targets, found.DataLength));
        Expect.Null(found.IdempotencyKey);
        Expect.Close((await LeaseAsync()).Now - (5 * Second), found.AcceptedAt);
        Expect.Equivalent(found with { Message = found.Message with { Data = default } }, listed);
    }

    [Spec]
    public async Task What_is_leased_has_the_attributes()
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["order"] = "17" };
        await EnqueueAsync(With(Request(1), message => message with { Attributes = attributes }));

        Expect.SameItems(attributes, Expect.One((await LeaseOneAsync()).Deliveries).Message.Attributes);
    }

    [Spec]
    public async Task A_message_is_found_by_its_public_id_alone()
    {
        await PublishAsync(1);

        Expect.Null(await Store.FindMessageAsync("msg_unknown", CancellationToken.None));
        Expect.Null(await Store.FindMessageAsync("", CancellationToken.None));
    }

    [Spec]
    public async Task A_message_without_targets_is_listed_too()
    {
        var request = Request();
        await EnqueueAsync(request);

        var record = Expect.One((await ListAsync(new MessageQuery { Tenant = Tenant })).Items);

        Expect.Equal((request.Message.Id, 0), (record.Message.Id, record.Targets));
    }

    [Spec]
    public async Task Filters_restrict_the_list()
    {
        var first = await AcceptedAsync(Tenant, "a.b", ("order", "17"), ("site", "north"));
        await AdvanceAsync(10 * Second);
        var second = await AcceptedAsync(Tenant, "a.c", ("order", "17"));
        await AdvanceAsync(10 * Second);
        var third = await AcceptedAsync(tenant: null, "a.b", ("order", "18"), ("site", "north"));

        await HoldsAsync(new MessageQuery { AllTenants = true }, third, second, first);
        await HoldsAsync(new MessageQuery { Tenant = Tenant }, second, first);
        await HoldsAsync(new MessageQuery(), third);
        await HoldsAsync(new MessageQuery { Tenant = "ACME" });
        await HoldsAsync(new MessageQuery { AllTenants = true, EventType = "a.b" }, third, first);
        await HoldsAsync(new MessageQuery { AllTenants = true, EventType = "a" });
        await HoldsAsync(new MessageQuery { AllTenants = true, Attributes = Having(("order", "17")) }, second, first);
        await HoldsAsync(new MessageQuery { AllTenants = true, Attributes = Having(("order", "17"), ("site", "north")) }, first);
        await HoldsAsync(new MessageQuery { AllTenants = true, Attributes = Having(("order", "1")) });
        await HoldsAsync(new MessageQuery { AllTenants = true, Attributes = Having(("Order", "17")) });
        await HoldsAsync(new MessageQuery { AllTenants = true, Since = second.AcceptedAt }, third, second);
        await HoldsAsync(new MessageQuery { AllTenants = true, Until = second.AcceptedAt }, first);
        await HoldsAsync(new MessageQuery { AllTenants = true, Since = second.AcceptedAt, Until = third.AcceptedAt }, second);
        await HoldsAsync(new MessageQuery { Tenant = Tenant, EventType = "a.b", Since = second.AcceptedAt });
    }

    [Spec]
    public async Task A_filtered_list_is_paged_too()
    {
        await EnqueueAsync([.. Enumerable.Range(0, 40).Select(i => With(Request(1), message => message with { EventType = i % 2 == 0 ? "even" : "odd" }))]);

        var pages = await PagesAsync(new MessageQuery { Tenant = Tenant, EventType = "odd", Limit = 8 });

        Expect.Sequence([8, 8, 4], pages.Select(page => page.Length));
        Expect.Unique(pages.SelectMany(page => page));
    }

    [Spec(null, 0, null, 1)]
    [Spec(null, 1001, null, 1)]
    [Spec(null, 10, "not-a-continuation", 1)]
    [Spec("acme", 10, null, 1)]
    [Spec("acme", 0, "-5", 3)]
    public async Task Everything_that_is_wrong_with_a_query_is_told_at_once(string? tenant, int limit, string? continuation, int faults)
    {
        var refusal = await Expect.ThrowsAsync<WebhookValidationException>(
            () => ListAsync(new MessageQuery { AllTenants = true, Tenant = tenant, Limit = limit, Continuation = continuation }));

        Expect.Count(faults, refusal.Errors);
    }

    private static Dictionary<string, string> Having(params (string Name, string Value)[] attributes) =>
        attributes.ToDictionary(attribute => attribute.Name, attribute => attribute.Value, StringComparer.Ordinal);

    private async Task<MessageRecord> AcceptedAsync(string? tenant, string eventType, params (string Name, string Value)[] attributes)
    {
        var request = With(Request(1), message => message with { Tenant = tenant, EventType = eventType, Attributes = Having(attributes) });
        await EnqueueAsync(request);
        return Expect.NotNull(await Store.FindMessageAsync(request.Message.PublicId, CancellationToken.None));
    }

    private async Task HoldsAsync(MessageQuery query, params MessageRecord[] expected) => Expect.Sequence(
        expected.Select(record => record.Message.Id), (await ListAsync(query)).Items.Select(record => record.Message.Id), what: $"the messages of {query}");

    private async Task<Page<MessageRecord>> ListAsync(MessageQuery query) => await Store.ListMessagesAsync(query, CancellationToken.None);

    private async Task<List<Guid[]>> PagesAsync(MessageQuery query)
    {
        var pages = new List<Guid[]>();
        do
        {
            var page = await ListAsync(query);
            pages.Add([.. page.Items.Select(record => record.Message.Id)]);
            query = query with { Continuation = page.Next };
        }
        while (query.Continuation is not null);
        return pages;
    }
}
