using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

public sealed class RetryScheduleTests
{
    private static readonly TimeSpan[] ThreeDays =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    [Fact]
    public async Task A_schedule_of_three_days_is_run_through_to_the_dead_letters()
    {
        var clock = new VirtualClock();
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("down", 500);
        await using var host = await SenderHost.StartAsync(clock: clock);
        var subscription = await host.SubscribeAsync(receiver.UrlOf("down"));
        var id = await host.PublishAsync();
        await host.Store.UntilQuietAsync();

        foreach (var delay in ThreeDays)
        {
            var waiting = await host.DeliveryAsync();
            var wait = waiting.DueAt!.Value - clock.GetUtcNow();
            wait.Should().BeGreaterThanOrEqualTo(delay).And.BeLessThanOrEqualTo(delay * 1.1);
            clock.Advance(wait - TimeSpan.FromTicks(1));
            (await host.Store.MeasureAsync(default)).Due.Should().Be(0, "nothing is sent early");
            clock.Advance(TimeSpan.FromMilliseconds(1));
            await host.Store.UntilQuietAsync();
        }

        var dead = await host.DeliveryAsync();
        dead.Should().BeEquivalentTo(new { Status = DeliveryStatus.Dead, DeadReason = DeadReason.Exhausted, AttemptsMade = 10, LastStatusCode = 500 });
        var attempts = await host.Store.ListAttemptsAsync(dead.Id, default);
        attempts.Select(a => a.Number).Should().Equal(Enumerable.Range(1, 10));
        attempts.Select(a => a.Trigger).Should().Equal(Enumerable.Repeat(AttemptTrigger.Retry, 9).Prepend(AttemptTrigger.Publish));
        attempts.Should().OnlyContain(a => a.Outcome == AttemptOutcome.RefusedByStatus && a.StatusCode == 500);

        // Each request is dated and signed anew, under the same id.
        var requests = receiver.RequestsTo("down");
        requests.Should().HaveCount(10).And.OnlyContain(r => r.Id == id);
        requests.Select(r => long.Parse(r.Header("webhook-timestamp")!, System.Globalization.CultureInfo.InvariantCulture))
            .Should().Equal(attempts.Select(a => a.StartedAt.ToUnixTimeSeconds()));
        foreach (var (request, attempt) in requests.Zip(attempts))
        {
            var verifier = new WebhookVerifier(
                SignatureSchemes.StandardWebhooks, new WebhookVerifierOptions { TimeProvider = new VirtualClock(attempt.StartedAt) });
            verifier.Verify(request.Body, request.Headers, subscription.Secrets).IsValid.Should().BeTrue();
        }
    }

    [Fact]
    public async Task A_secret_rotated_while_a_delivery_waits_signs_its_retry()
    {
        var clock = new VirtualClock();
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("r", 503, 200);
        await using var host = await SenderHost.StartAsync(o => o.Subscriptions.Retry = RetryPolicy.Fixed(1, TimeSpan.FromHours(1)), clock);
        var before = await host.SubscribeAsync(receiver.UrlOf("r"));
        await host.PublishAsync();
        await host.Store.UntilQuietAsync();

        var after = await host.Subscriptions.RotateSecretAsync(before.Id, overlap: TimeSpan.Zero);
        clock.Advance(TimeSpan.FromHours(1));
        await host.Store.UntilEmptyAsync();

        var retry = receiver.RequestsTo("r")[1];
        var verifier = new WebhookVerifier(SignatureSchemes.StandardWebhooks, new WebhookVerifierOptions { TimeProvider = clock });
        verifier.Verify(retry.Body, retry.Headers, after!.Secrets).IsValid.Should().BeTrue();
        verifier.Verify(retry.Body, retry.Headers, before.Secrets).Refusal.Should().Be(VerificationRefusal.SignatureMismatch);
    }

    [Fact]
    public async Task While_a_rotation_overlaps_receivers_that_know_either_secret_verify_and_afterwards_only_the_new_one_does()
    {
        var clock = new VirtualClock();
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("r", 503, 503, 200);
        await using var host = await SenderHost.StartAsync(o => o.Subscriptions.Retry = RetryPolicy.Fixed(2, TimeSpan.FromHours(20)), clock);
        var before = await host.SubscribeAsync(receiver.UrlOf("r"));
        await host.PublishAsync();
        await host.Store.UntilQuietAsync();

        var next = WebhookSecret.Generate();
        await host.Subscriptions.RotateSecretAsync(before.Id, next);
        for (var i = 0; i < 2; i++)
        {
            clock.Advance(TimeSpan.FromHours(20));
            await host.Store.UntilQuietAsync();
        }

        var requests = receiver.RequestsTo("r");
        bool Verifies(int request, WebhookSecrets secrets) => new WebhookVerifier(
            SignatureSchemes.StandardWebhooks, new WebhookVerifierOptions { TimeProvider = clock, Tolerance = TimeSpan.FromDays(3) })
            .Verify(requests[request].Body, requests[request].Headers, secrets).IsValid;
        Verifies(1, before.Secrets).Should().BeTrue();
        Verifies(1, WebhookSecrets.Of(next)).Should().BeTrue();
        Verifies(2, before.Secrets).Should().BeFalse("the overlap of 24 hours is over");
        Verifies(2, WebhookSecrets.Of(next)).Should().BeTrue();
    }

    [Fact]
    public async Task The_most_particular_policy_decides()
    {
        var clock = new VirtualClock();
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("down", 500);
        await using var host = await SenderHost.StartAsync(
            o => o.Subscriptions.Retry = RetryPolicy.Fixed(1, TimeSpan.FromSeconds(10)), clock, store: null,
            build: w => w.AddEvent("typed.event", e => e.Retry = RetryPolicy.Fixed(1, TimeSpan.FromSeconds(20))));
        await host.SubscribeAsync(receiver.UrlOf("down"), s => s with { Name = "plain" });
        await host.SubscribeAsync(receiver.UrlOf("down"), s => s with
        {
            Name = "own",
            Retry = RetryPolicy.Fixed(1, TimeSpan.FromSeconds(30)),
            RetryByEventType = new Dictionary<string, RetryPolicy> { ["thing.changed"] = RetryPolicy.None },
        });
        var start = clock.GetUtcNow();
        var names = (await host.Subscriptions.ListAsync()).Items.ToDictionary(s => s.Id, s => s.Name);
        foreach (var eventType in new[] { "thing.happened", "typed.event", "thing.changed" })
            await host.PublishAsync(eventType);
        await host.Store.UntilQuietAsync();

        (await host.DeliveriesAsync()).Select(d => (names[d.Subscription!.Value], d.EventType, (d.DueAt - start)?.TotalSeconds)).Should().BeEquivalentTo(new[]
        {
            ("plain", "thing.happened", 10d), ("plain", "typed.event", 20d), ("plain", "thing.changed", (double?)10),
            ("own", "thing.happened", 30d), ("own", "typed.event", 30d), ("own", "thing.changed", null),
        });
    }

    [Fact]
    public async Task Retry_after_postpones_unless_the_subscription_does_not_heed_it()
    {
        var clock = new VirtualClock();
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("busy", (_, context) =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "60";
            return Task.CompletedTask;
        });
        await using var host = await SenderHost.StartAsync(
            o => o.Subscriptions.Retry = RetryPolicy.Schedule(TimeSpan.FromSeconds(10), TimeSpan.FromHours(1)) with { Jitter = 0 }, clock);
        var heeds = await host.SubscribeAsync(receiver.UrlOf("busy"));
        await host.SubscribeAsync(receiver.UrlOf("busy"), s => s with { RespectRetryAfter = false });
        var start = clock.GetUtcNow();
        await host.PublishAsync();
        await host.Store.UntilQuietAsync();

        foreach (var delivery in await host.DeliveriesAsync())
            (delivery.DueAt - start).Should().Be(TimeSpan.FromSeconds(delivery.Subscription == heeds.Id ? 60 : 10));
    }
}
