using System.Globalization;
using WebhookKit.Testing;
using WebhookKit.Tests.Testing.Harness;

namespace WebhookKit.Tests.Dispatching;

public sealed class RetryScheduleTests
{
    private const string Url = "https://example.com/hook";

    private static readonly TimeSpan[] ThreeDays =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    [Fact]
    public async Task A_schedule_of_three_days_is_run_through_to_the_dead_letters()
    {
        await using var host = await HarnessHost.StartAsync();
        host.Harness.Respond(500);
        var subscription = await host.SubscribeAsync(Url);
        var id = await host.PublishAsync();

        await host.Harness.DrainAsync();

        var sent = host.Harness.Sent;
        sent.Skip(1).Zip(sent, (next, before) => next.SentAt - before.SentAt).Should().Equal(ThreeDays);
        var dead = await host.DeliveryAsync();
        dead.Should().BeEquivalentTo(new { Status = DeliveryStatus.Dead, DeadReason = DeadReason.Exhausted, AttemptsMade = 10, LastStatusCode = 500 });
        var attempts = await host.Log.ListAttemptsAsync(dead.Id, default);
        attempts.Select(a => a.Number).Should().Equal(Enumerable.Range(1, 10));
        attempts.Select(a => a.Trigger).Should().Equal(Enumerable.Repeat(AttemptTrigger.Retry, 9).Prepend(AttemptTrigger.Publish));
        attempts.Should().OnlyContain(a => a.Outcome == AttemptOutcome.RefusedByStatus && a.StatusCode == 500);

        // Each request is dated and signed anew, under the same id.
        sent.Should().HaveCount(10).And.OnlyContain(r => r.Header("webhook-id") == id);
        sent.Select(r => long.Parse(r.Header("webhook-timestamp")!, CultureInfo.InvariantCulture))
            .Should().Equal(attempts.Select(a => a.StartedAt.ToUnixTimeSeconds()));
        sent.Should().OnlyContain(r => Verifies(r, subscription.Secrets));
    }

    [Fact]
    public async Task A_secret_rotated_while_a_delivery_waits_signs_its_retry()
    {
        await using var host = await HarnessHost.StartAsync(o => o.Subscriptions.Retry = RetryPolicy.Fixed(1, TimeSpan.FromHours(1)));
        host.Harness.Respond(503, 200);
        var before = await host.SubscribeAsync(Url);
        await host.PublishAsync();
        await host.Harness.AdvanceAsync(TimeSpan.Zero);

        var after = await host.Subscriptions.RotateSecretAsync(before.Id, overlap: TimeSpan.Zero);
        await host.Harness.DrainAsync();

        var retry = host.Harness.Sent[1];
        Verifies(retry, after!.Secrets).Should().BeTrue();
        Verifies(retry, before.Secrets).Should().BeFalse();
    }

    [Fact]
    public async Task The_most_particular_policy_decides()
    {
        await using var host = await HarnessHost.StartAsync(
            o => o.Subscriptions.Retry = RetryPolicy.Fixed(1, TimeSpan.FromSeconds(10)),
            w => w.AddEvent("typed.event", e => e.Retry = RetryPolicy.Fixed(1, TimeSpan.FromSeconds(20))));
        host.Harness.Respond(500);
        await host.SubscribeAsync("https://plain.example/");
        await host.SubscribeAsync("https://own.example/", s => s with
        {
            Retry = RetryPolicy.Fixed(1, TimeSpan.FromSeconds(30)),
            RetryByEventType = new Dictionary<string, RetryPolicy> { ["thing.changed"] = RetryPolicy.None },
        });
        var start = host.Harness.Clock.GetUtcNow();
        foreach (var eventType in new[] { "thing.happened", "typed.event", "thing.changed" })
            await host.PublishAsync(eventType);

        await host.Harness.DrainAsync();

        host.Harness.Sent.Where(r => r.AttemptNumber == 2).Select(r => (r.Url.Host, r.EventType, (r.SentAt - start).TotalSeconds)).Should().BeEquivalentTo(new[]
        {
            ("plain.example", "thing.happened", 10d), ("plain.example", "typed.event", 20d), ("plain.example", "thing.changed", 10d),
            ("own.example", "thing.happened", 30d), ("own.example", "typed.event", 30d),
        });
        host.Harness.Sent.Should().HaveCount(11);
    }

    [Fact]
    public async Task Retry_after_postpones_unless_the_subscription_does_not_heed_it()
    {
        await using var host = await HarnessHost.StartAsync(
            o => o.Subscriptions.Retry = RetryPolicy.Schedule(TimeSpan.FromSeconds(10), TimeSpan.FromHours(1)));
        host.Harness.Respond(SimulatedAnswer.Status(429) with { RetryAfter = TimeSpan.FromSeconds(60) }, 200);
        await host.SubscribeAsync("https://heeds.example/");
        await host.SubscribeAsync("https://does.not.example/", s => s with { RespectRetryAfter = false });
        var start = host.Harness.Clock.GetUtcNow();
        await host.PublishAsync();

        await host.Harness.DrainAsync();

        host.Harness.Sent.Where(r => r.AttemptNumber == 2).Select(r => (r.Url.Host, (r.SentAt - start).TotalSeconds))
            .Should().Equal(("does.not.example", 10), ("heeds.example", 60));
    }

    private static bool Verifies(SentWebhook sent, WebhookSecrets secrets) =>
        new WebhookVerifier(SignatureSchemes.StandardWebhooks, new WebhookVerifierOptions { TimeProvider = new VirtualClock(sent.SentAt) })
            .Verify(sent.Body.Span, sent.Headers, secrets).IsValid;
}
