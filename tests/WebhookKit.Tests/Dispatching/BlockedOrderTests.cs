using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

/// <summary>Where order allows no gap, a delivery whose retries are used up stops its subscription until somebody decides.</summary>
public sealed class BlockedOrderTests
{
    private readonly VirtualClock _clock = new();

    [Fact]
    public async Task A_delivery_whose_retries_are_used_up_pauses_its_subscription_and_stays_at_the_head()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", 500, 503, 500, 200);
        await using var host = await StartAsync();
        var subscription = await OrderTests.SubscribeAsync(host, receiver, DeliveryOrder.BlockOnExhausted);
        await OrderTests.PublishAsync(host, 1, 2);
        await BlockAsync(host);

        var paused = (await host.Subscriptions.FindAsync(subscription.Id))!;
        var head = (await host.DeliveriesAsync()).Single(d => d.AttemptsMade > 0);
        head.Should().BeEquivalentTo(new { Status = DeliveryStatus.Waiting, AttemptsMade = 2, LastStatusCode = 503 });
        (await host.Store.ListAttemptsAsync(head.Id, default)).Select(a => a.StatusCode).Should().Equal(500, 503);
        paused.Status.Should().Be(SubscriptionStatus.Paused);
        paused.StatusReason.Should().ContainAll(head.MessageId, head.Id.ToString(), "503", "resume", "cancel");
        host.LogLines.Lines.Should().ContainSingle(l => l.Id.Id == 1027).And.NotContain(l => l.Id.Id == 1013, "nothing is dead-lettered");

        // Resumed, the head is tried once more, refused, and the subscription pauses again.
        await host.Subscriptions.UpdateAsync(paused with { Status = SubscriptionStatus.Active });
        await UntilPausedAsync(host, 2);
        OrderTests.Sent(receiver).Should().Equal(1, 1, 1);

        paused = (await host.Subscriptions.FindAsync(subscription.Id))!;
        await host.Subscriptions.UpdateAsync(paused with { Status = SubscriptionStatus.Active });
        await host.Store.UntilEmptyAsync();
        OrderTests.Sent(receiver).Should().Equal(1, 1, 1, 1, 2);
        (await host.Subscriptions.FindAsync(subscription.Id))!.StatusReason.Should().BeNull();
    }

    [Fact]
    public async Task Cancelling_the_head_lets_the_next_follow()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", 500, 500, 200);
        await using var host = await StartAsync();
        await OrderTests.SubscribeAsync(host, receiver, DeliveryOrder.BlockOnExhausted);
        await OrderTests.PublishAsync(host, 1, 2);
        await BlockAsync(host);

        await host.Store.CancelAsync([(await host.DeliveriesAsync()).Single(d => d.AttemptsMade > 0).Id], default);
        await host.Subscriptions.UpdateAsync((await host.Subscriptions.ListAsync()).Items.Single() with { Status = SubscriptionStatus.Active });
        await host.Store.UntilEmptyAsync();

        OrderTests.Sent(receiver).Should().Equal(1, 1, 2);
    }

    [Fact]
    public async Task Where_it_cannot_be_paused_the_lane_rests_a_minute_and_it_happens_again()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", 500);
        var subscriptions = new FaultySubscriptions();
        var failures = 0;
        subscriptions.Updating = s =>
        {
            if (s.Status == SubscriptionStatus.Paused && Interlocked.Increment(ref failures) == 1)
                throw new IOException("The database is down.");
        };
        await using var host = await StartAsync(subscriptions);
        var subscription = await OrderTests.SubscribeAsync(host, receiver, DeliveryOrder.BlockOnExhausted);
        await OrderTests.PublishAsync(host, 1, 2);
        await OrderTests.RestAsync(host, 1);
        _clock.Advance(TimeSpan.FromHours(1));
        await OrderTests.RestAsync(host, 2);
        host.LogLines.Lines.Should().ContainSingle(l => l.Id.Id == 1028);
        (await host.Subscriptions.FindAsync(subscription.Id))!.Status.Should().Be(SubscriptionStatus.Active);

        _clock.Advance(TimeSpan.FromMinutes(1));
        await OrderTests.RestAsync(host, 3);

        OrderTests.Sent(receiver).Should().Equal(1, 1, 1);
        (await host.Subscriptions.FindAsync(subscription.Id))!.Status.Should().Be(SubscriptionStatus.Paused);
    }

    [Fact]
    public async Task Who_changed_the_url_meanwhile_gets_a_try_there_instead_of_a_pause()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var letGo = new TaskCompletionSource();
        receiver.Answer("s", async (_, context) =>
        {
            await letGo.Task;
            context.Response.StatusCode = 500;
        });
        await using var host = await SenderHost.StartAsync(o => o.Subscriptions.Retry = RetryPolicy.None, _clock);
        var subscription = await OrderTests.SubscribeAsync(host, receiver, DeliveryOrder.BlockOnExhausted);
        await OrderTests.PublishAsync(host, 1, 2);
        await receiver.UntilAsync(() => receiver.Requests.Length == 1);
        await host.Subscriptions.UpdateAsync(subscription with { Url = receiver.UrlOf("mended") });
        letGo.SetResult();
        await host.Store.UntilEmptyAsync();

        OrderTests.Sent(receiver).Should().Equal(1, 1, 2);
        receiver.RequestsTo("mended").Should().HaveCount(2);
    }

    [Fact]
    public async Task What_grows_too_old_ends_all_the_same()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", 500, 500, 200);
        await using var host = await StartAsync();
        var subscription = await OrderTests.SubscribeAsync(host, receiver, DeliveryOrder.BlockOnExhausted);
        await OrderTests.PublishAsync(host, 1);
        await BlockAsync(host);
        await OrderTests.PublishAsync(host, 2);
        while ((await host.DeliveriesAsync()).All(d => d.Status == DeliveryStatus.Waiting))
        {
            // Looked at every minute; between two looks nobody holds the lane.
            await host.Store.UntilAsync(s => RestsAsync(host, s));
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        (await host.DeliveriesAsync()).Single(d => d.Status != DeliveryStatus.Waiting).DeadReason.Should().Be(DeadReason.Expired);

        await host.Subscriptions.UpdateAsync((await host.Subscriptions.FindAsync(subscription.Id))! with { Status = SubscriptionStatus.Active });
        await host.Store.UntilEmptyAsync();
        OrderTests.Sent(receiver).Should().Equal(1, 1, 2);
    }

    private Task<SenderHost> StartAsync(ISubscriptionStore? subscriptions = null) => SenderHost.StartAsync(o =>
    {
        o.Retry.Schedule = [TimeSpan.FromHours(1)];
        o.Retry.Jitter = 0;
        o.Retry.MaxAge = TimeSpan.FromHours(3);
    }, _clock, store: null, subscriptions);

    /// <summary>Waits for the first failure, lets the hour pass, and waits until the second has paused the subscription.</summary>
    private async Task BlockAsync(SenderHost host)
    {
        await OrderTests.RestAsync(host, 1);
        _clock.Advance(TimeSpan.FromHours(1));
        await UntilPausedAsync(host, 1);
    }

    /// <summary>Waits until the subscription was paused, and its lane was looked at again and rests.</summary>
    private static Task UntilPausedAsync(SenderHost host, int times) => host.Store.UntilAsync(
        async s => host.LogLines.Lines.Count(l => l.Id.Id == 1027) == times && await RestsAsync(host, s));

    private static async ValueTask<bool> RestsAsync(SenderHost host, IWebhookStore store)
    {
        var subscription = (await host.Subscriptions.ListAsync()).Items.Single();
        return host.Store.Held == 0 && (await store.FindLaneAsync(LaneId.Of(subscription.Id), default))!.HeldUntil is not null;
    }
}
