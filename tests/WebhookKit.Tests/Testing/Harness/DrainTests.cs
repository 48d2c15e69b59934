using WebhookKit.Testing;

namespace WebhookKit.Tests.Testing.Harness;

public sealed class DrainTests
{
    [Fact]
    public async Task What_is_published_is_sent_without_time_passing()
    {
        await using var host = await HarnessHost.StartAsync();
        var subscription = await host.SubscribeAsync();
        var start = host.Harness.Clock.GetUtcNow();
        var id = await host.PublishAsync();

        await host.Harness.DrainAsync();

        var sent = host.Harness.Sent.Should().ContainSingle().Subject;
        sent.Url.Should().Be("https://example.com/hook");
        sent.MessageId.Should().Be(id);
        sent.EventType.Should().Be("thing.happened");
        sent.Subscription.Should().Be(subscription.Id);
        sent.Attempt.Should().Be(1);
        sent.SentAt.Should().Be(start);
        sent.Answer.StatusCode.Should().Be(200);
        sent.Header("Webhook-Id").Should().Be(id);
        host.Harness.Clock.GetUtcNow().Should().Be(start);
        (await host.DeliveryAsync()).Status.Should().Be(DeliveryStatus.Delivered);
    }

    [Fact]
    public async Task Two_hundred_runs_of_the_same_retries_are_the_same()
    {
        var runs = new HashSet<string>();
        for (var run = 0; run < 200; run++)
        {
            await using var host = await HarnessHost.StartAsync(o => o.Retry.Schedule =
                [TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30)]);
            host.Harness.Respond(503, 500, 429);
            host.Harness.RespondTo("https://b.example/", 500, SimulatedAnswer.TimeOut, SimulatedAnswer.ConnectionRefused, 200);
            await host.SubscribeAsync("https://a.example/", s => s with { Name = "a" });
            await host.SubscribeAsync("https://b.example/", s => s with { Name = "b" });
            for (var i = 0; i < 3; i++)
                await host.PublishAsync(json: $$"""{"n":{{i}}}""");

            await host.Harness.DrainAsync();

            var start = host.Harness.Sent[0].SentAt;
            runs.Add(string.Join('\n', host.Harness.Sent.Select(sent => $"{sent.Url} {sent.Attempt} {sent.SentAt - start} {sent.Answer} {Body(sent)}")));
        }

        runs.Should().ContainSingle().Which.Split('\n').Should().HaveCountGreaterThan(20);

        static int Body(SentWebhook sent) => sent.GetJson<System.Text.Json.JsonElement>().GetProperty("data").GetProperty("n").GetInt32();
    }

    [Fact]
    public async Task A_schedule_of_days_is_run_through_to_the_dead_letters_at_its_exact_times()
    {
        await using var host = await HarnessHost.StartAsync();
        host.Harness.Respond(500);
        await host.SubscribeAsync();
        await host.PublishAsync();

        await host.Harness.DrainAsync();

        var waits = host.Harness.Sent.Zip(host.Harness.Sent.Skip(1), (first, next) => next.SentAt - first.SentAt);
        waits.Should().Equal(
            TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
            TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24));
        (await host.DeliveryAsync()).DeadReason.Should().Be(DeadReason.Exhausted);
    }

    [Fact]
    public async Task A_paused_subscription_is_named_when_the_time_is_up()
    {
        await using var host = await HarnessHost.StartAsync();
        var subscription = await host.SubscribeAsync(configure: s => s with { Status = SubscriptionStatus.Paused });
        var id = await host.PublishAsync();

        var failure = await FluentActions.Awaiting(() => host.Harness.DrainAsync(TimeSpan.FromDays(1))).Should().ThrowAsync<WebhooksNotDrainedException>();

        failure.Which.Limit.Should().Be(TimeSpan.FromDays(1));
        failure.Which.Waiting.Should().ContainSingle().Which.Delivery.Subscription.Should().Be(subscription.Id);
        failure.Which.Message.Should().Contain("1.00:00:00").And.Contain($"{id} (thing.happened) to {subscription.Id}: its subscription is paused");
        host.Harness.Sent.Should().BeEmpty();
    }

    [Fact]
    public async Task What_still_has_retries_left_is_named_when_the_time_is_up()
    {
        await using var host = await HarnessHost.StartAsync();
        host.Harness.Respond(500);
        await host.SubscribeAsync();
        await host.PublishAsync();

        var failure = await FluentActions.Awaiting(() => host.Harness.DrainAsync(TimeSpan.FromMinutes(1))).Should().ThrowAsync<WebhooksNotDrainedException>();

        failure.Which.Message.Should().Contain("due in 00:04:05, after 2 attempts, the last RefusedByStatus 500");
        host.Harness.Sent.Should().HaveCount(2);

        await host.Harness.DrainAsync();
        host.Harness.Sent.Should().HaveCount(10, "a drain goes on where the one before ended");
    }

    [Fact]
    public async Task Even_a_paused_subscription_comes_to_an_end_with_the_maximum_age_of_its_deliveries()
    {
        await using var host = await HarnessHost.StartAsync(o => (o.Retry.MaxAge, o.Retry.Schedule) = (TimeSpan.FromDays(2), [TimeSpan.FromHours(1)]));
        await host.SubscribeAsync(configure: s => s with { Status = SubscriptionStatus.Paused });
        await host.PublishAsync();

        await host.Harness.DrainAsync();

        (await host.DeliveryAsync()).DeadReason.Should().Be(DeadReason.Expired);
    }

    [Fact]
    public async Task Nothing_to_do_is_done_at_once()
    {
        await using var host = await HarnessHost.StartAsync();
        var start = host.Harness.Clock.GetUtcNow();

        await host.Harness.DrainAsync(TimeSpan.Zero);
        await host.Harness.DrainAsync();

        host.Harness.Clock.GetUtcNow().Should().Be(start);
    }

    [Fact]
    public async Task A_cancelled_token_ends_the_drain()
    {
        await using var host = await HarnessHost.StartAsync();
        using var cancellation = new CancellationTokenSource();
        await host.SubscribeAsync();
        host.Harness.RespondWith(_ =>
        {
            cancellation.Cancel();
            return 500;
        });
        await host.PublishAsync();

        await FluentActions.Awaiting(() => host.Harness.DrainAsync(cancellationToken: cancellation.Token)).Should().ThrowAsync<OperationCanceledException>();
        await FluentActions.Awaiting(() => host.Harness.AdvanceAsync(TimeSpan.FromDays(1), cancellation.Token))
            .Should().ThrowAsync<OperationCanceledException>();

        host.Harness.Respond(200);
        await host.Harness.DrainAsync();
        host.Harness.Sent.Select(sent => sent.Attempt).Should().Equal([1, 2], "a drain goes on where the one before ended");
    }

    [Fact]
    public async Task An_answer_that_fails_ends_the_drain_with_its_own_failure()
    {
        await using var host = await HarnessHost.StartAsync();
        await host.SubscribeAsync();
        host.Harness.RespondWith(_ => throw new InvalidOperationException("the test is wrong"));
        await host.PublishAsync();

        (await FluentActions.Awaiting(() => host.Harness.DrainAsync()).Should().ThrowAsync<WebhookException>())
            .Which.InnerException!.Message.Should().Be("the test is wrong");
    }

    [Fact]
    public async Task A_host_that_stopped_is_not_waited_for()
    {
        await using var host = await HarnessHost.StartAsync();
        await host.StopAsync();

        await FluentActions.Awaiting(() => host.Harness.DrainAsync()).Should().ThrowAsync<WebhookException>().WithMessage("The host has stopped*");
    }

    [Fact]
    public async Task A_negative_limit_is_refused()
    {
        await using var host = await HarnessHost.StartAsync();

        await FluentActions.Awaiting(() => host.Harness.DrainAsync(-TimeSpan.FromTicks(1))).Should().ThrowAsync<ArgumentOutOfRangeException>();
        await FluentActions.Awaiting(() => host.Harness.AdvanceAsync(-TimeSpan.FromTicks(1))).Should().ThrowAsync<ArgumentOutOfRangeException>();
    }
}
