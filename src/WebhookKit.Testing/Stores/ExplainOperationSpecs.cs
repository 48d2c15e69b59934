namespace WebhookKit.Testing.Stores;

/// <summary>What is said of deliveries: explanations and statistics.</summary>
internal sealed class ExplainOperationSpecs(StoreFixture fixture) : HostSpecs(fixture)
{
    [Spec]
    public async Task A_delivery_is_explained_from_its_publish_to_its_end()
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync(s => s with { Retry = Hourly });
        await host.PublishAsync();
        var id = (await DeliveryAsync()).Id;
        await ExpectAsync(host, id, DeliveryReason.AboutToBeTaken);

        DeliveryExplanation? inFlight = null;
        host.Harness.Respond(_ =>
        {
            inFlight ??= host.Operations.ExplainAsync(id).GetAwaiter().GetResult();
            return 503;
        });
        await host.SendDueAsync();
        Expect.Equal(DeliveryReason.BeingSent, inFlight!.Reason);
        var waits = await ExpectAsync(host, id, DeliveryReason.WaitsForRetry);
        Expect.Close(host.Harness.Clock.GetUtcNow() + Hour, waits.NextAttemptAt);

        await host.Operations.PauseAsync(subscription.Id, "at their wish");
        var paused = await ExpectAsync(host, id, DeliveryReason.SubscriptionPaused);
        Expect.True(paused.Text.Contains("at their wish", StringComparison.Ordinal), paused.Text);
        await host.Subscriptions.SetStatusAsync(subscription.Id, SubscriptionStatus.Disabled);
        await ExpectAsync(host, id, DeliveryReason.SubscriptionDisabled);
        await host.Harness.DrainAsync();
        await ExpectAsync(host, id, DeliveryReason.Dead);
        Expect.Null(await host.Operations.ExplainAsync(new DeliveryId(long.MaxValue)));
    }

    [Spec]
    public async Task A_delivery_that_came_too_late_says_that_its_subscription_is_off_and_then_that_it_is_cancelled()
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync();
        await host.Subscriptions.SetStatusAsync(subscription.Id, SubscriptionStatus.Inactive);
        await EnqueueAsync(Request(DeliveryTarget.To(subscription.Id)));
        var id = (await DeliveryAsync()).Id;

        await ExpectAsync(host, id, DeliveryReason.SubscriptionInactive);
        await host.Subscriptions.RemoveAsync(subscription.Id);
        await ExpectAsync(host, id, DeliveryReason.Cancelled);
        var late = Request(DeliveryTarget.To(subscription.Id));
        await EnqueueAsync(late);
        await ExpectAsync(host, await DeliveryOfAsync(late), DeliveryReason.SubscriptionRemoved);
        await host.Harness.DrainAsync();

        await ExpectAsync(host, await DeliveryOfAsync(late), DeliveryReason.Cancelled);
    }

    [Spec]
    public async Task A_delivery_behind_another_that_waits_in_order_names_it()
    {
        await using var host = await StartAsync();
        await host.SubscribeAsync(s => s with { Order = DeliveryOrder.SkipExhausted, Retry = Hourly });
        host.Harness.Respond(503);
        await host.PublishManyAsync(2);
        await host.SendDueAsync();
        var (head, next) = ((await DeliveriesAsync())[0].Id, (await DeliveriesAsync())[1].Id);

        var held = await ExpectAsync(host, next, DeliveryReason.LaneHeld);

        Expect.Close(host.Harness.Clock.GetUtcNow() + Hour, held.NextAttemptAt);
        Expect.True(held.Text.Contains(head.ToString(), StringComparison.Ordinal), held.Text);
        Expect.Close(host.Harness.Clock.GetUtcNow() + Hour, (await ExpectAsync(host, head, DeliveryReason.WaitsForRetry)).NextAttemptAt);
    }

    [Spec]
    public async Task A_delivery_that_nobody_takes_says_so()
    {
        await using var host = await StartAsync();
        await host.SubscribeAsync();
        await host.PublishAsync();
        await AdvanceAsync(2 * Hour);

        await ExpectAsync(host, (await DeliveryAsync()).Id, DeliveryReason.NobodyTakesIt);
    }

    [Spec]
    public async Task Statistics_count_what_the_log_has()
    {
        await using var host = await StartAsync();
        await host.SubscribeAsync(s => s with { Retry = RetryPolicy.None });
        host.Harness.Respond(200, 200, 500);
        await host.PublishManyAsync(3);
        await host.SendDueAsync();

        var statistics = await host.Log.CountAsync(new StatisticsQuery(), CancellationToken.None);

        Expect.Equal((0L, 2L, 1L, 0L), (statistics.Waiting, statistics.Delivered, statistics.Dead, statistics.Cancelled));
        Expect.Equal(0L, (await host.Log.CountAsync(new StatisticsQuery { Tenant = "acme" }, CancellationToken.None)).Delivered);
    }

    private static async Task<DeliveryExplanation> ExpectAsync(SpecHost host, DeliveryId delivery, DeliveryReason reason)
    {
        var explanation = Expect.NotNull(await host.Operations.ExplainAsync(delivery));
        Expect.Equal(reason, explanation.Reason, explanation.Text);
        return explanation;
    }
}
