namespace WebhookKit.Testing.Stores;

/// <summary>Cancelling what waits, and erasing a tenant.</summary>
internal sealed class CancelOperationSpecs(StoreFixture fixture) : HostSpecs(fixture)
{
    private const int Many = 1_100;

    [Spec]
    public async Task What_is_cancelled_is_not_sent()
    {
        await using var host = await StartAsync();
        await host.SubscribeAsync();
        await host.PublishManyAsync(2);
        var (first, second) = ((await DeliveriesAsync())[0], (await DeliveriesAsync())[1]);

        Expect.Equal(CancelOutcome.Cancelled, await host.Operations.CancelAsync(first.Id));
        Expect.Equal(CancelOutcome.NotWaiting, await host.Operations.CancelAsync(first.Id));
        Expect.Equal(CancelOutcome.NotWaiting, await host.Operations.CancelAsync(new DeliveryId(long.MaxValue)));
        await host.Harness.DrainAsync();

        Expect.Equal(second.MessageId, Expect.One(host.Harness.Sent).MessageId);
        Expect.Equal(DeliveryStatus.Cancelled, (await RecordOfAsync(first.Id)).Status);
    }

    [Spec]
    public async Task A_message_is_cancelled_wherever_it_waits()
    {
        await using var host = await StartAsync();
        await host.SubscribeAsync(s => s with { Url = "https://example.com/accepts" });
        await host.SubscribeAsync(s => s with { Url = "https://example.com/refuses", Retry = Hourly });
        await host.SubscribeAsync(s => s with { Status = SubscriptionStatus.Paused });
        host.Harness.RespondTo("https://example.com/refuses", 503);
        var (message, other) = (await host.PublishAsync(), await host.PublishAsync());
        await host.SendDueAsync();

        Expect.Equal(Progress(2, 2, 0), await host.Operations.CancelMessageAsync(message));
        Expect.Equal(default, await host.Operations.CancelMessageAsync(message));
        Expect.Equal(default, await host.Operations.CancelMessageAsync("msg_unknown"));

        var ends = (await DeliveriesAsync()).ToLookup(delivery => delivery.MessageId, delivery => delivery.Status);
        Expect.SameItems([DeliveryStatus.Delivered, DeliveryStatus.Cancelled, DeliveryStatus.Cancelled], ends[message]);
        Expect.SameItems([DeliveryStatus.Delivered, DeliveryStatus.Waiting, DeliveryStatus.Waiting], ends[other]);
    }

    [Spec]
    public async Task A_subscription_is_cancelled_in_batches()
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync(s => s with { Tenant = "acme" });
        await host.SubscribeAsync();
        await host.PublishAsync();
        await host.PublishManyAsync(Many, new PublishOptions { Tenant = "acme" });
        var heard = new HeardProgress();

        Expect.Equal(Progress(Many, Many, 0), await host.Operations.CancelSubscriptionAsync(subscription.Id, heard));

        Expect.Count(3, heard.Reports);
        Expect.Equal(1, (await MeasureAsync()).Waiting);
        Expect.Equal(default, await host.Operations.CancelSubscriptionAsync(subscription.Id));
    }

    [Spec]
    public async Task A_message_is_cancelled_in_batches_and_what_a_cancellation_of_the_call_leaves_is_left_to_the_next()
    {
        await using var host = await StartAsync();
        var request = Request([.. Enumerable.Range(1, 600).Select(lane => Target(lane))]);
        await EnqueueAsync(request, Request(1));
        using var cancel = new CancellationTokenSource();
        var heard = new HeardProgress(_ => cancel.Cancel());

        await Expect.ThrowsAsync<OperationCanceledException>(
            () => host.Operations.CancelMessageAsync(request.Message.PublicId, heard, cancel.Token));

        Expect.Equal(Progress(500, 500, 0), Expect.One(heard.Reports));
        Expect.Equal(101, (await MeasureAsync()).Waiting);
        Expect.Equal(Progress(100, 100, 0), await host.Operations.CancelMessageAsync(request.Message.PublicId));
        Expect.Equal(1, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task What_a_cancellation_of_the_call_leaves_of_a_subscription_is_left_to_the_next()
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync();
        await host.PublishManyAsync(Many);
        using var cancel = new CancellationTokenSource();
        var heard = new HeardProgress(reports =>
        {
            if (reports == 2)
                cancel.Cancel();
        });

        await Expect.ThrowsAsync<OperationCanceledException>(() => host.Operations.CancelSubscriptionAsync(subscription.Id, heard, cancel.Token));

        Expect.Sequence([Progress(500, 500, 0), Progress(1000, 1000, 0)], heard.Reports);
        Expect.Equal(Many - 1000, (await MeasureAsync()).Waiting);
        Expect.Equal(Progress(Many - 1000, Many - 1000, 0), await host.Operations.CancelSubscriptionAsync(subscription.Id));
    }

    [Spec]
    public async Task What_a_cancellation_of_the_call_leaves_of_a_tenant_is_left_to_the_next()
    {
        await using var host = await StartAsync();
        await host.SubscribeAsync(s => s with { Tenant = "acme" });
        await host.PublishManyAsync(Many, new PublishOptions { Tenant = "acme" });
        using var cancel = new CancellationTokenSource();
        var heard = new HeardProgress(reports =>
        {
            if (reports == 2)
                cancel.Cancel();
        });

        await Expect.ThrowsAsync<OperationCanceledException>(() => host.Operations.EraseTenantAsync("acme", heard, cancel.Token));

        Expect.Equal(Progress(1, 1, 0), heard.Reports[0], "the subscription goes first");
        Expect.Count(2, heard.Reports);
        Expect.True(heard.Reports[1].Done is > 1 and <= 501);
        Expect.True((await MeasureAsync()).Waiting > 0);
        await host.Operations.EraseTenantAsync("acme");
        await ExpectErasedAsync(host, "acme");
        Expect.Equal(0, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task The_hosts_own_tenant_is_erased_by_a_call_of_its_own()
    {
        await using var host = await StartAsync();
        foreach (var tenant in new[] { "acme", null })
        {
            await host.SubscribeAsync(s => s with { Tenant = tenant });
            await host.PublishAsync(options: new PublishOptions { Tenant = tenant });
        }

        var heard = new HeardProgress();

        Expect.Equal(await host.Operations.EraseOwnTenantAsync(heard), heard.Reports[^1]);

        await ExpectErasedAsync(host, tenant: null);
        Expect.Equal("acme", (await DeliveryAsync()).Tenant);
        Expect.Count(1, (await host.Subscriptions.ListAsync(new SubscriptionQuery { Tenant = "acme" })).Items);
    }

    [Spec(DeliveryOrder.SkipExhausted)]
    [Spec(DeliveryOrder.BlockOnExhausted)]
    public async Task Cancelling_the_head_of_a_lane_that_keeps_order_lets_the_next_go(DeliveryOrder order)
    {
        await using var host = await StartAsync();
        await host.SubscribeAsync(s => s with { Order = order, Retry = Hourly });
        host.Harness.Respond(503, 200);
        var messages = await host.PublishManyAsync(2);
        await host.SendDueAsync();
        Expect.Count(1, host.Harness.Sent);

        await host.Operations.CancelAsync((await DeliveriesAsync())[0].Id);
        await host.SendDueAsync();

        Expect.Sequence(messages, host.Harness.Sent.Select(sent => sent.MessageId));
        Expect.Equal(0, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task A_tenant_is_erased_with_all_that_is_of_it_and_nobody_else_is_touched()
    {
        await using var host = await StartAsync();
        foreach (var tenant in new[] { "acme", "globex", null })
        {
            await host.SubscribeAsync(s => s with { Tenant = tenant });
            await host.SubscribeAsync(s => s with { Tenant = tenant, Status = SubscriptionStatus.Paused });
            await host.PublishManyAsync(3, new PublishOptions { Tenant = tenant });
        }

        await host.SendDueAsync();
        await host.PublishAsync(options: new PublishOptions { Tenant = "acme", IdempotencyKey = "key" });
        var heard = new HeardProgress();

        var erased = await host.Operations.EraseTenantAsync("acme", heard);
        await host.SendDueAsync();

        Expect.Equal(erased, heard.Reports[^1]);
        await ExpectErasedAsync(host, "acme");
        Expect.Count(12, await DeliveriesAsync());
        Expect.Count(2, (await host.Subscriptions.ListAsync(new SubscriptionQuery { Tenant = "globex" })).Items);
        Expect.Count(2, (await host.Subscriptions.ListAsync()).Items);
        Expect.Equal(default, await host.Operations.EraseTenantAsync("acme"));
        Expect.False((await host.Publisher.PublishJsonAsync(
            "thing.happened", Json("[]"), new PublishOptions { Tenant = "acme", IdempotencyKey = "key" })).IsDuplicate, "the key is forgotten");
    }

    [Spec]
    public async Task What_is_published_while_a_tenant_is_erased_is_erased_too()
    {
        await using var host = await StartAsync();
        await host.SubscribeAsync(s => s with { Tenant = "acme" });
        await host.PublishManyAsync(3, new PublishOptions { Tenant = "acme" });
        var heard = new HeardProgress(reports =>
        {
            if (reports > 4)
                return;
            host.SubscribeAsync(s => s with { Tenant = "acme" }).GetAwaiter().GetResult();
            host.PublishAsync(options: new PublishOptions { Tenant = "acme" }).GetAwaiter().GetResult();
        });

        await host.Operations.EraseTenantAsync("acme", heard);

        Expect.True(heard.Reports.Count > 4);
        await ExpectErasedAsync(host, "acme");
    }

    [Spec]
    public async Task A_tenant_that_is_erased_while_a_request_is_in_flight_leaves_nothing_behind()
    {
        await using var host = await StartAsync();
        await host.SubscribeAsync(s => s with { Tenant = "acme" });
        await host.PublishManyAsync(3, new PublishOptions { Tenant = "acme" });
        host.Harness.Respond(_ =>
        {
            host.Operations.EraseTenantAsync("acme").GetAwaiter().GetResult();
            return 503;
        });
        await host.SendDueAsync();

        Expect.Count(1, host.Harness.Sent);
        await ExpectErasedAsync(host, "acme");
        Expect.Equal(0, (await MeasureAsync()).Waiting);
    }

    private async Task ExpectErasedAsync(SpecHost host, string? tenant)
    {
        Expect.Empty((await host.Subscriptions.ListAsync(new SubscriptionQuery { Tenant = tenant })).Items);
        Expect.Empty((await Store.ListMessagesAsync(new MessageQuery { Tenant = tenant }, CancellationToken.None)).Items);
        Expect.Empty((await ListAsync(new DeliveryQuery { Tenant = tenant })).Items);
    }
}
