namespace WebhookKit.Testing.Stores;

/// <summary>A subscription that keeps order gets its deliveries one after the other through a whole host, whatever happens to one of them.</summary>
internal sealed class DispatchOrderSpecs(StoreFixture fixture) : HostSpecs(fixture)
{
    [Spec(DeliveryOrder.SkipExhausted)]
    [Spec(DeliveryOrder.BlockOnExhausted)]
    public async Task A_retry_holds_back_everything_behind_it(DeliveryOrder order)
    {
        await using var host = await StartAsync();
        var subscription = await SubscribeAsync(host, order);
        host.Harness.Respond(200, 500, 503, 200);
        var messages = (await host.PublishManyAsync(4)).ToList();
        await host.SendDueAsync();
        Expect.Sequence([messages[0], messages[1]], SentBy(host));

        // Neither what is published nor what wakes the lane ends the wait.
        messages.Add(await host.PublishAsync());
        await WakeAsync(LaneId.Of(subscription.Id));
        await host.Harness.AdvanceAsync(Hour - Second);
        Expect.Count(2, host.Harness.Sent);
        await host.Harness.AdvanceAsync(Second);
        Expect.Count(3, host.Harness.Sent);
        await host.Harness.AdvanceAsync(Hour);

        Expect.Sequence([messages[0], messages[1], messages[1], .. messages[1..]], SentBy(host));
        await ExpectAllAsync(DeliveryStatus.Delivered, 5);
    }

    [Spec]
    public async Task A_host_that_takes_over_after_a_lease_expired_keeps_the_order_and_what_comes_late_changes_nothing_in_it()
    {
        await using var host = await StartAsync();
        await SubscribeAsync(host, DeliveryOrder.SkipExhausted);
        host.Harness.Respond(500, 200);
        var messages = await host.PublishManyAsync(3);
        var dead = await LeaseOneAsync(deliveries: 3);
        await host.SendDueAsync();
        Expect.Empty(host.Harness.Sent);

        await host.Harness.AdvanceAsync(LeaseTime);
        Expect.Sequence([messages[0]], SentBy(host));
        Expect.Equal(SettleOutcome.Stale, await SettleAsync(Settlements.Retry(dead, dead.Deliveries[0], TimeSpan.Zero) with { HoldsLane = true }));
        Expect.Equal(SettleOutcome.Stale, await SettleAsync(Settlements.Retry(dead, dead.Deliveries[1], Hour) with { HoldsLane = true }));
        await host.SendDueAsync();
        Expect.Count(1, host.Harness.Sent);
        await host.Harness.AdvanceAsync(Hour);

        Expect.Sequence([messages[0], .. messages], SentBy(host));
        await ExpectAllAsync(DeliveryStatus.Delivered, 3);
    }

    [Spec]
    public async Task A_late_success_of_the_head_lets_the_next_follow_without_another_try()
    {
        await using var host = await StartAsync();
        await SubscribeAsync(host, DeliveryOrder.SkipExhausted);
        host.Harness.Respond(500, 200);
        var messages = await host.PublishManyAsync(2);
        var dead = await LeaseOneAsync(deliveries: 1);
        await host.Harness.AdvanceAsync(LeaseTime);
        Expect.Sequence([messages[0]], SentBy(host));

        Expect.Equal(SettleOutcome.Applied, await SettleAsync(Settlements.Delivered(dead, dead.Deliveries[0])));
        await host.SendDueAsync();

        Expect.Sequence(messages, SentBy(host));
        await ExpectAllAsync(DeliveryStatus.Delivered, 2);
    }

    [Spec]
    public async Task What_is_used_up_is_skipped_where_the_subscription_says_so()
    {
        await using var host = await StartAsync();
        await SubscribeAsync(host, DeliveryOrder.SkipExhausted);
        host.Harness.Respond(500, 500, 500, 200);
        var messages = await host.PublishManyAsync(3);

        await host.Harness.DrainAsync();

        Expect.Sequence([messages[0], messages[0], .. messages], SentBy(host));
        Expect.Sequence(
            [(DeliveryStatus.Dead, DeadReason.Exhausted), (DeliveryStatus.Delivered, null), (DeliveryStatus.Delivered, null)],
            (await DeliveriesAsync()).Select(delivery => (delivery.Status, delivery.DeadReason)));
    }

    [Spec]
    public async Task What_is_used_up_pauses_where_no_gap_is_allowed_and_each_resumption_tries_the_head_again()
    {
        await using var host = await StartAsync();
        var subscription = await SubscribeAsync(host, DeliveryOrder.BlockOnExhausted);
        host.Harness.Respond(500, 500, 500, 503, 200);
        var messages = await host.PublishManyAsync(3);
        await BlockAsync(host, subscription.Id);
        var head = (await DeliveriesAsync())[0];
        Expect.Equal((DeliveryStatus.Waiting, 3), (head.Status, head.AttemptsMade));

        await host.Operations.ResumeAsync(subscription.Id);
        await host.SendDueAsync();
        Expect.Equal(SubscriptionStatus.Paused, (await host.Subscriptions.FindAsync(subscription.Id))?.Status);
        Expect.Sequence(Enumerable.Repeat(messages[0], 4), SentBy(host));

        await host.Operations.ResumeAsync(subscription.Id);
        await host.SendDueAsync();
        Expect.Sequence([.. Enumerable.Repeat(messages[0], 4), .. messages], SentBy(host));
        await ExpectAllAsync(DeliveryStatus.Delivered, 3);
    }

    [Spec]
    public async Task Where_no_gap_is_allowed_cancelling_the_head_lets_the_next_follow()
    {
        await using var host = await StartAsync();
        var subscription = await SubscribeAsync(host, DeliveryOrder.BlockOnExhausted);
        host.Harness.Respond(500, 500, 500, 200);
        var messages = await host.PublishManyAsync(3);
        await BlockAsync(host, subscription.Id);

        Expect.Equal(CancelOutcome.Cancelled, await host.Operations.CancelAsync((await DeliveriesAsync())[0].Id));
        await host.Operations.ResumeAsync(subscription.Id);
        await host.SendDueAsync();

        Expect.Sequence([messages[0], messages[0], .. messages], SentBy(host));
        Expect.Sequence(
            [DeliveryStatus.Cancelled, DeliveryStatus.Delivered, DeliveryStatus.Delivered], (await DeliveriesAsync()).Select(delivery => delivery.Status));
    }

    [Spec(1)]
    [Spec(3)]
    public async Task What_brings_its_senders_down_is_given_up_and_the_next_follow(int count)
    {
        await using var host = await StartAsync();
        await SubscribeAsync(host, DeliveryOrder.SkipExhausted);
        var messages = await host.PublishManyAsync(count);
        for (var death = 0; death < 4; death++)
        {
            await LeaseOneAsync(deliveries: 1);
            await AdvanceAsync(LeaseTime);
        }

        await host.Harness.DrainAsync(TimeSpan.Zero);

        Expect.Sequence(messages.Skip(1), SentBy(host));
        Expect.Equal((DeliveryStatus.Dead, DeadReason.Suspect), ((await DeliveriesAsync())[0].Status, (await DeliveriesAsync())[0].DeadReason));
    }

    private static Task<Subscription> SubscribeAsync(SpecHost host, DeliveryOrder order) => host.SubscribeAsync(s => s with { Order = order, Retry = Hourly });

    private static IEnumerable<string> SentBy(SpecHost host) => host.Harness.Sent.Select(sent => sent.MessageId);

    /// <summary>Uses up the retries of the head, which pauses the subscription; nothing behind it is sent, however long it waits.</summary>
    private static async Task BlockAsync(SpecHost host, SubscriptionId subscription)
    {
        await host.Harness.AdvanceAsync(10 * Hour);
        Expect.Count(3, host.Harness.Sent);
        Expect.Equal(SubscriptionStatus.Paused, (await host.Subscriptions.FindAsync(subscription))?.Status);
    }

    private async Task ExpectAllAsync(DeliveryStatus status, int count) =>
        Expect.Sequence(Enumerable.Repeat(status, count), (await DeliveriesAsync()).Select(delivery => delivery.Status));
}
