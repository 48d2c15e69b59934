namespace WebhookKit.Testing.Stores;

/// <summary>What becomes of deliveries when their subscription is paused, deactivated, disabled or removed; null stands for removed.</summary>
internal sealed class LifecycleSpecs(StoreFixture fixture) : HostSpecs(fixture)
{
    /// <summary>A status, and what becomes of what waits: cancelled at once, anything else when its turn comes.</summary>
    public static IEnumerable<object?[]> Ends =>
    [
        [SubscriptionStatus.Paused, DeliveryStatus.Waiting],
        [SubscriptionStatus.Inactive, DeliveryStatus.Cancelled],
        [SubscriptionStatus.Disabled, DeliveryStatus.Dead],
        [null, DeliveryStatus.Cancelled],
    ];

    /// <summary>What cancels what waits at once.</summary>
    public static IEnumerable<object?[]> Off => [[SubscriptionStatus.Inactive], [null]];

    [Spec(SubscriptionStatus.Active, 1)]
    [Spec(SubscriptionStatus.Paused, 1)]
    [Spec(SubscriptionStatus.Inactive, 0)]
    [Spec(SubscriptionStatus.Disabled, 0)]
    [Spec(null, 0)]
    public async Task New_events_are_matched_while_a_subscription_is_active_or_paused(SubscriptionStatus? status, int targets)
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync();
        await ChangeAsync(host, subscription.Id, status);

        Expect.Equal(targets, (await host.Publisher.PublishJsonAsync("thing.happened", Json("{}"))).Targets);
    }

    [SpecCases(nameof(Ends))]
    public async Task One_that_waits_for_its_retry_in_a_free_lane_ends_as_the_status_says(SubscriptionStatus? status, DeliveryStatus end)
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync(s => s with { Retry = Hourly });
        host.Harness.Respond(503, 200);
        await host.PublishAsync();
        await host.SendDueAsync();

        await ChangeAsync(host, subscription.Id, status);
        Expect.Equal(BeforeItsTurn(end), (await DeliveryAsync()).Status);
        await host.SendDueAsync();
        Expect.Equal(BeforeItsTurn(end), (await DeliveryAsync()).Status);
        await host.Harness.AdvanceAsync(Hour);

        Expect.Equal(end, (await DeliveryAsync()).Status);
        Expect.Count(1, host.Harness.Sent);
        await ExpectEndAsync(host, subscription.Id, status);
    }

    [SpecCases(nameof(Ends))]
    public async Task Those_that_wait_behind_one_in_flight_end_as_the_status_says_and_its_success_is_a_fact(SubscriptionStatus? status, DeliveryStatus end)
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync();
        ChangeInFlight(host, subscription.Id, status, 200);
        await host.PublishManyAsync(3);
        await host.SendDueAsync();

        Expect.Sequence([DeliveryStatus.Delivered, end, end], (await DeliveriesAsync()).Select(delivery => delivery.Status));
        Expect.Count(1, host.Harness.Sent);
        await ExpectEndAsync(host, subscription.Id, status);
    }

    [SpecCases(nameof(Ends))]
    public async Task One_that_fails_in_flight_ends_as_the_status_says(SubscriptionStatus? status, DeliveryStatus end)
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync(s => s with { Retry = Hourly });
        ChangeInFlight(host, subscription.Id, status, 503);
        await host.PublishAsync();
        await host.SendDueAsync();
        Expect.Equal(BeforeItsTurn(end), (await DeliveryAsync()).Status);
        await host.Harness.AdvanceAsync(Hour);

        var delivery = await DeliveryAsync();
        Expect.Equal(end, delivery.Status);
        Expect.Count(1, await AttemptsOfAsync(delivery.Id));
        await ExpectEndAsync(host, subscription.Id, status);
    }

    [SpecCases(nameof(Ends))]
    public async Task What_a_pause_keeps_ends_at_once_as_the_next_status_says(SubscriptionStatus? status, DeliveryStatus end)
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync(s => s with { Status = SubscriptionStatus.Paused });
        await host.PublishManyAsync(2);
        await host.SendDueAsync();
        Expect.Equal(2, (await MeasureAsync()).Waiting);

        await ChangeAsync(host, subscription.Id, status);
        await host.SendDueAsync();

        Expect.Sequence([end, end], (await DeliveriesAsync()).Select(delivery => delivery.Status));
        Expect.Empty(host.Harness.Sent);
        await ExpectEndAsync(host, subscription.Id, status);
    }

    [Spec]
    public async Task A_pause_ends_with_its_resumption_and_what_waited_goes_out_at_once_with_what_is_new()
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync();
        Expect.Equal("why", (await host.Operations.PauseAsync(subscription.Id, "why"))!.StatusReason);
        var first = await host.PublishAsync();
        await host.Harness.AdvanceAsync(Hour);
        Expect.Empty(host.Harness.Sent);

        Expect.Null((await host.Operations.ResumeAsync(subscription.Id))!.StatusReason);
        var second = await host.PublishAsync();
        await host.SendDueAsync();

        Expect.Sequence([first, second], host.Harness.Sent.Select(sent => sent.MessageId));
    }

    [Spec]
    public async Task What_a_disabled_subscription_dead_letters_can_be_recovered_once_it_is_active_again()
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync();
        var since = host.Harness.Clock.GetUtcNow();
        ChangeInFlight(host, subscription.Id, SubscriptionStatus.Disabled, 200);
        var messages = await host.PublishManyAsync(3);
        await host.SendDueAsync();
        var request = new RecoverRequest { Since = since, Reason = DeadReason.Disabled };

        Expect.Equal(Progress(2, 0, 2), await host.Operations.RecoverAsync(request), "it would only be dead-lettered again");
        await host.Subscriptions.SetStatusAsync(subscription.Id, SubscriptionStatus.Active);
        Expect.Equal(Progress(2, 2, 0), await host.Operations.RecoverAsync(request));
        host.Harness.Respond(200);
        await host.Harness.DrainAsync();

        Expect.Sequence(messages, host.Harness.Sent.Select(sent => sent.MessageId));
    }

    [Spec(DeliveryOrder.None)]
    [Spec(DeliveryOrder.SkipExhausted)]
    [Spec(DeliveryOrder.BlockOnExhausted)]
    public async Task What_waits_for_a_removed_subscription_in_a_lane_that_is_held_for_long_is_cancelled_at_once_and_the_lane_goes(DeliveryOrder order)
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync(s => s with { Order = order, Retry = RetryPolicy.Fixed(2, TimeSpan.FromHours(10)) with { Jitter = 0 } });
        host.Harness.Respond(503);
        await host.PublishManyAsync(3);
        await host.SendDueAsync();
        var sent = host.Harness.Sent.Count;

        Expect.True(await host.Subscriptions.RemoveAsync(subscription.Id));

        Expect.Sequence(Enumerable.Repeat(DeliveryStatus.Cancelled, 3), (await DeliveriesAsync()).Select(delivery => delivery.Status));
        Expect.Null(await Store.FindLaneAsync(LaneId.Of(subscription.Id), CancellationToken.None));
        await host.Harness.AdvanceAsync(TimeSpan.FromHours(10));
        Expect.Count(sent, host.Harness.Sent);
    }

    [Spec(false)]
    [Spec(true)]
    public async Task What_was_cancelled_because_it_became_inactive_is_not_sent_when_it_is_active_again_before_its_turn(bool byUpdate)
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync(s => s with { Retry = Hourly });
        host.Harness.Respond(503, 503, 200);
        await host.PublishManyAsync(2);
        await host.SendDueAsync();

        await SetAsync(SubscriptionStatus.Inactive);
        await SetAsync(SubscriptionStatus.Active);
        var next = await host.PublishAsync();
        await host.Harness.AdvanceAsync(2 * Hour);

        Expect.Sequence(
            [DeliveryStatus.Cancelled, DeliveryStatus.Cancelled, DeliveryStatus.Delivered], (await DeliveriesAsync()).Select(delivery => delivery.Status));
        Expect.Count(3, host.Harness.Sent);
        Expect.Equal(next, host.Harness.Sent[2].MessageId);

        async Task SetAsync(SubscriptionStatus status) => subscription = byUpdate
            ? await host.Subscriptions.UpdateAsync(subscription with { Status = status })
            : (await host.Subscriptions.SetStatusAsync(subscription.Id, status))!;
    }

    [Spec]
    public async Task One_in_flight_that_was_cancelled_so_counts_if_it_succeeds_and_what_is_behind_it_is_not_sent_when_it_is_active_again()
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync();
        host.Harness.Respond(_ =>
        {
            ChangeAsync(host, subscription.Id, SubscriptionStatus.Inactive).GetAwaiter().GetResult();
            ChangeAsync(host, subscription.Id, SubscriptionStatus.Active).GetAwaiter().GetResult();
            return 200;
        });
        await host.PublishManyAsync(3);
        await host.SendDueAsync();

        Expect.Sequence(
            [DeliveryStatus.Delivered, DeliveryStatus.Cancelled, DeliveryStatus.Cancelled], (await DeliveriesAsync()).Select(delivery => delivery.Status));
        Expect.Count(1, host.Harness.Sent);
    }

    [Spec]
    public async Task What_waits_for_a_disabled_one_is_sent_if_it_is_active_again_before_its_turn()
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync(s => s with { Retry = Hourly });
        host.Harness.Respond(503, 200);
        await host.PublishAsync();
        await host.SendDueAsync();

        await ChangeAsync(host, subscription.Id, SubscriptionStatus.Disabled);
        await host.SendDueAsync();
        await ChangeAsync(host, subscription.Id, SubscriptionStatus.Active);
        await host.Harness.AdvanceAsync(Hour);

        Expect.Equal(DeliveryStatus.Delivered, (await DeliveryAsync()).Status);
        Expect.Count(2, host.Harness.Sent);
    }

    [SpecCases(nameof(Off))]
    public async Task What_is_enqueued_after_it_became_inactive_or_was_removed_is_cancelled_at_its_turn(SubscriptionStatus? status)
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync();
        await ChangeAsync(host, subscription.Id, status);
        await EnqueueAsync(Request(DeliveryTarget.To(subscription.Id)));
        Expect.Equal(DeliveryStatus.Waiting, (await DeliveryAsync()).Status);

        await host.SendDueAsync();

        Expect.Equal(DeliveryStatus.Cancelled, (await DeliveryAsync()).Status);
        Expect.Empty(host.Harness.Sent);
        await ExpectEndAsync(host, subscription.Id, status);
    }

    [SpecCases(nameof(Off))]
    public async Task However_much_waits_it_is_all_cancelled_at_once_and_nothing_of_others(SubscriptionStatus? status)
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync();
        await host.SubscribeAsync();
        await host.PublishManyAsync(1_100);

        await ChangeAsync(host, subscription.Id, status);

        var ends = (await DeliveriesAsync()).ToLookup(delivery => delivery.Subscription == subscription.Id, delivery => delivery.Status);
        Expect.Sequence(Enumerable.Repeat(DeliveryStatus.Cancelled, 1_100), ends[true]);
        Expect.Sequence(Enumerable.Repeat(DeliveryStatus.Waiting, 1_100), ends[false]);
    }

    [Spec(SubscriptionStatus.Active)]
    [Spec(SubscriptionStatus.Inactive)]
    [Spec(SubscriptionStatus.Disabled)]
    public async Task To_resume_one_that_is_not_paused_changes_nothing(SubscriptionStatus status)
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync(s => s with { Status = status });

        Expect.Equivalent(subscription, await host.Operations.ResumeAsync(subscription.Id));
        Expect.Equivalent(subscription, await host.Subscriptions.FindAsync(subscription.Id));
        Expect.Null(await host.Operations.ResumeAsync(new SubscriptionId(Guid.CreateVersion7())));
    }

    [Spec]
    public async Task A_subscription_to_a_whole_group_gets_the_events_of_the_group()
    {
        await using var host = await StartAsync();
        await host.SubscribeAsync(s => s with { Events = [EventPattern.Group(SpecHost.Group)] });
        foreach (var eventType in new[] { "thing.happened", "other.happened", "thing.changed" })
            await host.PublishAsync(eventType);
        await host.Harness.DrainAsync();

        Expect.Sequence(["thing.happened", "thing.changed"], host.Harness.Sent.Select(sent => sent.EventType));
    }

    [Spec]
    public async Task A_rotation_signs_what_already_waits_with_both_secrets_and_after_the_overlap_with_the_new_one()
    {
        await using var host = await StartAsync();
        var subscription = await host.SubscribeAsync(s => s with { Retry = RetryPolicy.Fixed(3, TimeSpan.FromHours(23)) with { Jitter = 0 } });
        var old = Expect.One(subscription.Secrets);
        host.Harness.Respond(503);
        await host.PublishAsync();
        await host.SendDueAsync();

        var rotated = await host.Subscriptions.RotateSecretAsync(subscription.Id);
        var next = rotated!.Secrets.First();
        await host.Harness.AdvanceAsync(TimeSpan.FromHours(46));

        Expect.Sequence(
            [(true, false), (true, true), (false, true)], host.Harness.Sent.Select(sent => (IsSignedWith(sent, old), IsSignedWith(sent, next))));
    }

    private static bool IsSignedWith(SentWebhook sent, WebhookSecret secret) =>
        new WebhookVerifier(SignatureSchemes.StandardWebhooks, new WebhookVerifierOptions { TimeProvider = new VirtualClock(sent.SentAt) })
            .Verify(sent.Body.Span, sent.Headers, WebhookSecrets.Of(secret)).IsValid;

    private static DeliveryStatus BeforeItsTurn(DeliveryStatus end) => end == DeliveryStatus.Cancelled ? end : DeliveryStatus.Waiting;

    private static async Task ChangeAsync(SpecHost host, SubscriptionId subscription, SubscriptionStatus? status)
    {
        if (status is { } next)
            Expect.Equal(next, (await host.Subscriptions.SetStatusAsync(subscription, next))?.Status);
        else
            Expect.True(await host.Subscriptions.RemoveAsync(subscription));
    }

    /// <summary>Has the status changed while the first request is under way; it is then answered so, and every other with 200.</summary>
    private static void ChangeInFlight(SpecHost host, SubscriptionId subscription, SubscriptionStatus? status, int answer)
    {
        var first = 0;
        host.Harness.Respond(_ =>
        {
            if (Interlocked.Exchange(ref first, 1) != 0)
                return 200;
            // On a thread of the pool; the change does not wait for this request.
            ChangeAsync(host, subscription, status).GetAwaiter().GetResult();
            return answer;
        });
    }

    /// <summary>What is kept goes out when the subscription is resumed; of what has ended the lane is gone, and dead letters say why.</summary>
    private async Task ExpectEndAsync(SpecHost host, SubscriptionId subscription, SubscriptionStatus? status)
    {
        if (status == SubscriptionStatus.Paused)
        {
            var waiting = (await MeasureAsync()).Waiting;
            var sent = host.Harness.Sent.Count;
            await host.Operations.ResumeAsync(subscription);
            host.Harness.Respond(200);
            await host.SendDueAsync();
            Expect.Equal(sent + waiting, host.Harness.Sent.Count);
        }
        else
        {
            Expect.Null(await Store.FindLaneAsync(LaneId.Of(subscription), CancellationToken.None));
            var reason = status == SubscriptionStatus.Disabled ? DeadReason.Disabled : (DeadReason?)null;
            Expect.Equal(reason, (await DeliveriesAsync())[^1].DeadReason);
        }

        Expect.Equal(0, (await MeasureAsync()).Waiting);
    }
}
