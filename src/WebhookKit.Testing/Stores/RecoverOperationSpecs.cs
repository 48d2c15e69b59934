namespace WebhookKit.Testing.Stores;

/// <summary>Sending again: one delivery, what is dead-lettered, and what a subscription missed.</summary>
internal sealed class RecoverOperationSpecs(StoreFixture fixture) : HostSpecs(fixture)
{
    private const int Many = 1_100;

    [Spec(200, DeliveryStatus.Delivered)]
    [Spec(410, DeliveryStatus.Dead)]
    public async Task A_resend_is_a_new_delivery_of_the_same_message_however_the_first_ended(int answer, DeliveryStatus end)
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync();
        host.Harness.Respond(answer, 200);
        var message = await host.PublishAsync();
        await host.Harness.DrainAsync();
        await host.Subscriptions.SetStatusAsync(subscription.Id, SubscriptionStatus.Active);
        var first = await DeliveryAsync();

        var (outcome, resent) = await host.Operations.ResendAsync(first.Id);
        await host.Harness.DrainAsync();

        Expect.Equal(ResendOutcome.Resent, outcome);
        Expect.Sequence([message, message], host.Harness.Sent.Select(sent => sent.MessageId));
        var (old, next) = (await RecordOfAsync(first.Id), await RecordOfAsync(resent!.Value));
        Expect.Equal((end, resent), (old.Status, old.RepeatedAs));
        Expect.Equal((DeliveryStatus.Delivered, (DeliveryId?)first.Id), (next.Status, next.Repeats));
        Expect.Equal(AttemptTrigger.Manual, Expect.One(await AttemptsOfAsync(next.Id)).Trigger);
    }

    [Spec]
    public async Task A_resend_says_why_there_is_none()
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync();
        await host.PublishAsync();
        await host.Harness.DrainAsync();
        var delivery = (await DeliveryAsync()).Id;

        Expect.Equal(new ResendResult(ResendOutcome.Unknown, null), await host.Operations.ResendAsync(new DeliveryId(long.MaxValue)));
        foreach (var off in new[] { SubscriptionStatus.Inactive, SubscriptionStatus.Disabled })
        {
            await host.Subscriptions.SetStatusAsync(subscription.Id, off);
            Expect.Equal(new ResendResult(ResendOutcome.SubscriptionOff, null), await host.Operations.ResendAsync(delivery));
        }

        await host.Subscriptions.SetStatusAsync(subscription.Id, SubscriptionStatus.Active);
        await AdvanceAsync(Hour);
        await Store.TrimAsync(new TrimRequest { Data = Hour / 2, Log = 2 * Hour, Limit = 100 }, CancellationToken.None);
        Expect.Equal(new ResendResult(ResendOutcome.DataGone, null), await host.Operations.ResendAsync(delivery));
        await host.Subscriptions.RemoveAsync(subscription.Id);
        Expect.Equal(new ResendResult(ResendOutcome.SubscriptionRemoved, null), await host.Operations.ResendAsync(delivery));
        Expect.One(await DeliveriesAsync());
    }

    [Spec]
    public async Task A_recovery_sends_all_that_is_dead_again_oldest_first_in_batches_and_once()
    {
        await using var host = await StartAsync();
        await host.SubscribeAsync();
        var since = host.Harness.Clock.GetUtcNow();
        var messages = await host.PublishManyAsync(Many);
        await DeadLetterAsync(Many);
        var heard = new HeardProgress();

        Expect.Equal(Progress(Many, Many, 0), await host.Operations.RecoverAsync(new RecoverRequest { Since = since }, heard));

        Expect.Count(3, heard.Reports);
        Expect.True(heard.Reports.Zip(heard.Reports.Skip(1)).All(pair => pair.Second.Examined - pair.First.Examined <= 500));
        var again = (await DeliveriesAsync()).Skip(Many).ToArray();
        Expect.Sequence(messages, again.Select(delivery => delivery.MessageId));
        Expect.Equal(Progress(Many, 0, Many), await host.Operations.RecoverAsync(new RecoverRequest { Since = since }));
        Expect.Equal(Many, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task Two_recoveries_at_once_send_each_once()
    {
        await using var host = await StartAsync();
        await host.SubscribeAsync();
        var request = new RecoverRequest { Since = host.Harness.Clock.GetUtcNow() };
        await host.PublishManyAsync(Many);
        await DeadLetterAsync(Many);

        var done = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => host.Operations.RecoverAsync(request))));

        Expect.Equal(Many, done.Sum(progress => progress.Done));
        Expect.Count(2 * Many, await DeliveriesAsync());
    }

    [Spec]
    public async Task A_recovery_that_is_cancelled_has_done_whole_batches_and_the_next_does_the_rest()
    {
        await using var host = await StartAsync();
        await host.SubscribeAsync();
        var request = new RecoverRequest { Since = host.Harness.Clock.GetUtcNow() };
        await host.PublishManyAsync(Many);
        await DeadLetterAsync(Many);
        using var cancel = new CancellationTokenSource();
        var heard = new HeardProgress(_ => cancel.Cancel());

        await Expect.ThrowsAsync<OperationCanceledException>(() => host.Operations.RecoverAsync(request, heard, cancel.Token));
        var done = Expect.One(heard.Reports).Done;

        Expect.Equal(done, (await MeasureAsync()).Waiting);
        Expect.Equal(Many - done, (await host.Operations.RecoverAsync(request)).Done);
    }

    [Spec]
    public async Task What_dies_again_while_the_recovery_goes_on_is_left_to_the_next()
    {
        await using var host = await StartAsync();
        await host.SubscribeAsync();
        var request = new RecoverRequest { Since = host.Harness.Clock.GetUtcNow() };
        await host.PublishManyAsync(Many);
        await DeadLetterAsync(Many);
        var heard = new HeardProgress(_ => DeadLetterAsync(Many).GetAwaiter().GetResult());

        Expect.Equal(Progress(Many, Many, 0), await host.Operations.RecoverAsync(request, heard));
        Expect.Count(2 * Many, await DeliveriesAsync());
    }

    [Spec]
    public async Task What_dies_among_the_others_while_the_recovery_goes_on_makes_none_of_them_be_missed()
    {
        await using var host = await StartAsync();
        await host.SubscribeAsync(s => s with { Events = [EventPattern.Parse("thing.happened")] });
        await host.SubscribeAsync(s => s with { Events = [EventPattern.Parse("other.happened")] });
        var request = new RecoverRequest { Since = host.Harness.Clock.GetUtcNow() };
        await host.PublishManyAsync(600);
        for (var i = 0; i < 10; i++)
            await host.PublishAsync("other.happened");
        await host.PublishManyAsync(600);
        await DeadLetterAsync(1_200);
        await AdvanceAsync(Second);
        var heard = new HeardProgress(reports =>
        {
            if (reports == 1)
                DeadLetterAsync(10).GetAwaiter().GetResult();
        });

        Expect.Equal(new OperationProgress { Examined = 1_210, Done = 1_210 }, await host.Operations.RecoverAsync(request, heard));

        Expect.Count(1_210, (await DeliveriesAsync()).Where(delivery => delivery.RepeatedAs is not null));
    }

    [Spec]
    public async Task What_was_of_one_tenant_is_not_sent_again_to_another_that_has_the_id_of_its_subscription()
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync(s => s with { Tenant = "acme" });
        var request = new RecoverRequest { Since = host.Harness.Clock.GetUtcNow(), AllTenants = true };
        await host.PublishAsync(options: new PublishOptions { Tenant = "acme" });
        var dead = Expect.One(await DeadLetterAsync(1));
        await host.Subscriptions.RemoveAsync(subscription.Id);
        await host.SubscribeAsync(s => s with { Id = subscription.Id, Tenant = "globex" });

        Expect.Equal(new ResendResult(ResendOutcome.SubscriptionRemoved, null), await host.Operations.ResendAsync(dead));
        Expect.Equal(0, (int)(await host.Operations.RecoverAsync(request)).Done);
        Expect.One(await DeliveriesAsync());
    }

    [Spec]
    public async Task A_recovery_takes_what_it_is_asked_for_only()
    {
        await using var host = await StartAsync();
        var (one, two) = (await host.SubscribeAsync(), await host.SubscribeAsync(s => s with { Tenant = "acme" }));
        await host.PublishAsync("thing.changed");
        await DeadLetterAsync(1);
        await AdvanceAsync(Hour);
        var since = host.Harness.Clock.GetUtcNow();
        await host.PublishAsync("thing.changed");
        await DeadLetterAsync(1);
        await host.PublishAsync("other.happened", new PublishOptions { Tenant = "acme" });
        await DeadLetterAsync(1);
        await AdvanceAsync(Hour);

        await ExpectDoneAsync(0, new() { Since = since, Until = since + Second, Reason = DeadReason.Suspect });
        await ExpectDoneAsync(0, new() { Since = since + Second, AllTenants = true });
        await ExpectDoneAsync(0, new() { Since = since, AllTenants = true, Subscription = one.Id, EventType = "other.happened" });
        await Expect.ThrowsAsync<WebhookValidationException>(
            () => host.Operations.RecoverAsync(new() { Since = since, Subscription = two.Id }), "it is of another tenant");
        await ExpectDoneAsync(1, new() { Since = since, Tenant = "acme", Subscription = two.Id });
        await ExpectDoneAsync(1, new() { Since = since, EventType = "thing.changed", Reason = DeadReason.Exhausted });
        await ExpectDoneAsync(1, new() { Since = DateTimeOffset.UnixEpoch, Until = since, AllTenants = true });

        async Task ExpectDoneAsync(int done, RecoverRequest request) => Expect.Equal(done, (int)(await host.Operations.RecoverAsync(request)).Done);
    }

    [Spec]
    public async Task A_recovery_goes_by_when_deliveries_were_dead_lettered()
    {
        await using var host = await StartAsync();
        await host.SubscribeAsync();
        await host.PublishManyAsync(2);
        await AdvanceAsync(Hour);
        var since = host.Harness.Clock.GetUtcNow();
        var dead = await DeadLetterAsync(1);

        Expect.Equal(Progress(0, 0, 0), await host.Operations.RecoverAsync(new RecoverRequest { Since = since - (2 * Hour), Until = since }));
        Expect.Equal(Progress(1, 1, 0), await host.Operations.RecoverAsync(new RecoverRequest { Since = since }), "it was enqueued an hour before");

        Expect.Equal(dead[0], (await DeliveriesAsync())[^1].Repeats);
    }

    [Spec]
    public async Task A_replay_sends_a_new_subscription_what_it_asks_for_and_has_no_delivery_of_oldest_first()
    {
        await using var host = await StartAsync();
        var since = host.Harness.Clock.GetUtcNow();
        PublishOptions eu = new() { Tenant = "acme", Attributes = new Dictionary<string, string> { ["region"] = "eu" } };
        var first = await host.PublishAsync("thing.happened", eu);
        await host.PublishAsync("other.happened", eu);
        await host.PublishAsync("thing.happened", new PublishOptions { Tenant = "acme" });
        await host.PublishAsync("thing.happened", new PublishOptions { Attributes = eu.Attributes });
        var second = await host.PublishAsync("thing.changed", eu);
        var subscription = await host.SubscribeAsync(
            s => s with { Tenant = "acme", Events = [EventPattern.Group(SpecHost.Group)], Filter = [AttributeCondition.Is("region", "eu")] });
        var third = await host.PublishAsync("thing.happened", eu);
        var request = new ReplayRequest { Subscription = subscription.Id, Since = since };

        Expect.Equal(Progress(5, 2, 3), await host.Operations.ReplayAsync(request), "the last one was published to it");
        Expect.Equal(Progress(5, 0, 5), await host.Operations.ReplayAsync(request));
        await host.Harness.DrainAsync();

        Expect.SameItems([first, second, third], host.Harness.Sent.Select(sent => sent.MessageId));
        Expect.Sequence([third, first, second], (await DeliveriesAsync()).Select(delivery => delivery.MessageId));
    }

    [Spec]
    public async Task A_replay_leaves_out_what_was_published_to_others_by_name()
    {
        await using var host = await StartAsync();
        var since = host.Harness.Clock.GetUtcNow();
        var named = await host.SubscribeAsync(s => s with { Status = SubscriptionStatus.Paused });
        await host.PublishAsync(options: new PublishOptions { Subscriptions = [named.Id] });
        await host.PublishAsync(options: new PublishOptions { Destinations = [new WebhookDestination { Url = "https://example.com/ad-hoc", Schemes = [] }] });
        await host.PublishAsync(options: new PublishOptions { Subscriptions = [] });
        var toAll = await host.PublishAsync();
        var later = await host.SubscribeAsync();

        Expect.Equal(Progress(4, 1, 3), await host.Operations.ReplayAsync(new ReplayRequest { Subscription = later.Id, Since = since }));

        Expect.Equal(toAll, Expect.One((await ListAsync(new DeliveryQuery { Subscription = later.Id })).Items).MessageId);
    }

    [Spec]
    public async Task A_replay_goes_in_batches_and_two_at_once_send_each_once()
    {
        await using var host = await StartAsync();
        var since = host.Harness.Clock.GetUtcNow();
        var messages = await host.PublishManyAsync(Many);
        var request = new ReplayRequest { Subscription = (await host.SubscribeAsync()).Id, Since = since };
        var heard = new HeardProgress();

        var done = await Task.WhenAll(
            Task.Run(() => host.Operations.ReplayAsync(request, heard)), Task.Run(() => host.Operations.ReplayAsync(request)));

        Expect.Count(3, heard.Reports);
        Expect.Equal(Many, done.Sum(progress => progress!.Value.Done));
        Expect.SameItems(messages, (await DeliveriesAsync()).Select(delivery => delivery.MessageId));
    }

    [Spec]
    public async Task A_replay_that_is_cancelled_has_done_whole_batches_and_the_next_does_the_rest()
    {
        await using var host = await StartAsync();
        var since = host.Harness.Clock.GetUtcNow();
        await host.PublishManyAsync(Many);
        var request = new ReplayRequest { Subscription = (await host.SubscribeAsync()).Id, Since = since };
        using var cancel = new CancellationTokenSource();
        var heard = new HeardProgress(_ => cancel.Cancel());

        await Expect.ThrowsAsync<OperationCanceledException>(() => host.Operations.ReplayAsync(request, heard, cancel.Token));
        var done = Expect.One(heard.Reports).Done;

        Expect.True(done is > 0 and <= 500);
        Expect.Equal(done, (await MeasureAsync()).Waiting);
        Expect.Equal(Progress(Many, Many - done, done), await host.Operations.ReplayAsync(request));
    }

    [Spec]
    public async Task A_replay_to_nobody_or_to_one_that_takes_nothing_is_refused()
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync(s => s with { Status = SubscriptionStatus.Inactive });
        var request = new ReplayRequest { Subscription = subscription.Id, Since = DateTimeOffset.UnixEpoch };

        Expect.Null(await host.Operations.ReplayAsync(request with { Subscription = new SubscriptionId(Guid.CreateVersion7()) }));
        await Expect.ThrowsAsync<WebhookValidationException>(() => host.Operations.ReplayAsync(request));
    }
}
