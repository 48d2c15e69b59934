using System.Net;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Testing.Harness;

public sealed class AnswerTests
{
    private const string A = "https://a.example/", B = "https://b.example/x?y=1";

    [Fact]
    public async Task Each_url_has_its_own_answers_in_turn_and_the_last_one_for_ever()
    {
        await using var host = await HarnessHost.StartAsync(o => o.Subscriptions.Retry = RetryPolicy.Fixed(3, TimeSpan.FromSeconds(1)));
        await host.SubscribeAsync(A);
        await host.SubscribeAsync(B);
        await host.SubscribeAsync("https://c.example/");
        host.Harness.Respond(500, 201);
        host.Harness.RespondTo(B, 501, 502, 503);
        await host.PublishAsync();

        await host.Harness.DrainAsync();

        StatusesOf(host, A).Should().Equal(500, 201);
        StatusesOf(host, B).Should().Equal(501, 502, 503, 503);
        StatusesOf(host, "https://c.example/").Should().Equal([500, 201], "each URL has its own turn");

        host.Harness.Respond(204);
        host.Harness.RespondTo(B, 205);
        await host.PublishAsync();
        await host.Harness.DrainAsync();

        StatusesOf(host, A)[^1].Should().Be(204);
        StatusesOf(host, B)[^1].Should().Be(205);
    }

    [Fact]
    public async Task An_answer_can_be_made_from_the_request()
    {
        await using var host = await HarnessHost.StartAsync();
        await host.SubscribeAsync(A);
        await host.SubscribeAsync(B);
        host.Harness.RespondWith(sent => sent.EventType == "thing.changed" ? 410 : 200);
        host.Harness.RespondWith(B, sent => SimulatedAnswer.Status(200) with { Body = $"seen {sent.MessageId}" });
        await host.PublishAsync("thing.changed");

        await host.Harness.DrainAsync();

        StatusesOf(host, A).Should().Equal(410);
        var delivered = (await host.DeliveriesAsync()).Single(d => d.Status == DeliveryStatus.Delivered);
        (await host.Log.ListAttemptsAsync(delivered.Id, default)).Single().ResponseBody.Should().Be($"seen {delivered.MessageId}");
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_takes_the_whole_timeout()
    {
        await using var host = await HarnessHost.StartAsync(o => o.Subscriptions.Retry = RetryPolicy.Fixed(2, TimeSpan.FromSeconds(10)));
        host.Harness.RespondTo(A, SimulatedAnswer.TimeOut, SimulatedAnswer.TimeOut, 200);
        await host.SubscribeAsync(A, s => s with { Timeout = TimeSpan.FromSeconds(7) });
        await host.PublishAsync();

        await host.Harness.DrainAsync();

        var attempts = await host.Log.ListAttemptsAsync((await host.DeliveryAsync()).Id, default);
        attempts.Select(a => (a.Outcome, a.Duration)).Should().Equal(
            (AttemptOutcome.TimedOut, TimeSpan.FromSeconds(7)), (AttemptOutcome.TimedOut, TimeSpan.FromSeconds(7)), (AttemptOutcome.Delivered, TimeSpan.Zero));
        host.Harness.Sent.Select(s => s.SentAt - host.Harness.Sent[0].SentAt).Should().Equal(
            TimeSpan.Zero, TimeSpan.FromSeconds(17), TimeSpan.FromSeconds(34));
    }

    [Fact]
    public async Task Receivers_that_do_not_answer_hold_nobody_else()
    {
        await using var host = await HarnessHost.StartAsync();
        host.Harness.RespondTo(A, SimulatedAnswer.TimeOut, 200);
        host.Harness.RespondTo(B, SimulatedAnswer.TimeOut, 200);
        foreach (var url in new[] { A, B, "https://c.example/" })
            await host.SubscribeAsync(url, s => s with { MaxConcurrency = 4 });
        await host.PublishAsync();
        await host.PublishAsync();

        await host.Harness.DrainAsync();

        var start = host.Harness.Sent[0].SentAt;
        host.Harness.Sent.Select(s => (s.Url.Host, (s.SentAt - start).TotalSeconds, s.Answer.ToString())).Should().Equal(
            ("a.example", 0, "TimeOut"), ("b.example", 0, "TimeOut"), ("c.example", 0, "200"), ("c.example", 0, "200"),
            ("a.example", 15, "200"), ("b.example", 15, "200"), ("a.example", 20, "200"), ("b.example", 20, "200"));
        host.Harness.Sent.Should().OnlyContain(s => s.Attempt != null);
    }

    [Fact]
    public async Task A_timeout_longer_than_a_lease_is_waited_for()
    {
        await using var host = await HarnessHost.StartAsync(o => o.Sending.MaxTimeout = TimeSpan.FromMinutes(10));
        host.Harness.Respond(SimulatedAnswer.TimeOut, 200);
        await host.SubscribeAsync(A, s => s with { Timeout = TimeSpan.FromMinutes(5) });
        await host.PublishAsync();

        await host.Harness.DrainAsync();

        var attempts = await host.Log.ListAttemptsAsync((await host.DeliveryAsync()).Id, default);
        attempts.Select(a => a.Outcome).Should().Equal(AttemptOutcome.TimedOut, AttemptOutcome.Delivered);
        attempts[0].Duration.Should().Be(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Failures_of_the_network_are_those_of_a_real_one()
    {
        await using var host = await HarnessHost.StartAsync(o => o.Subscriptions.Retry = RetryPolicy.Fixed(5, TimeSpan.FromSeconds(1)));
        host.Harness.Respond(SimulatedAnswer.ConnectionRefused, SimulatedAnswer.HostNotFound, SimulatedAnswer.TlsFailure, 200);
        await host.SubscribeAsync(A);
        await host.PublishAsync();

        await host.Harness.DrainAsync();

        (await host.Log.ListAttemptsAsync((await host.DeliveryAsync()).Id, default)).Select(a => a.Outcome).Should().Equal(
            AttemptOutcome.CouldNotConnect, AttemptOutcome.CouldNotResolve, AttemptOutcome.TlsFailure, AttemptOutcome.Delivered);
        host.Harness.Sent.Select(s => s.Answer.ToString()).Should().Equal("ConnectionRefused", "HostNotFound", "TlsFailure", "200");
    }

    [Fact]
    public async Task Retry_after_is_heeded()
    {
        await using var host = await HarnessHost.StartAsync(o =>
            o.Subscriptions.Retry = RetryPolicy.Schedule(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)));
        host.Harness.Respond(SimulatedAnswer.Status((int)HttpStatusCode.TooManyRequests) with { RetryAfter = TimeSpan.FromSeconds(90) }, 200);
        await host.SubscribeAsync(A);
        await host.PublishAsync();

        await host.Harness.DrainAsync();

        (host.Harness.Sent[1].SentAt - host.Harness.Sent[0].SentAt).Should().Be(TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task Plain_http_and_private_addresses_are_as_good_as_any()
    {
        await using var host = await HarnessHost.StartAsync();
        await host.SubscribeAsync("http://10.0.0.1:8080/hook");
        await host.PublishAsync();

        await host.Harness.DrainAsync();

        host.Harness.Sent.Should().ContainSingle();
    }

    [Fact]
    public async Task What_is_no_answer_is_refused()
    {
        await using var host = await HarnessHost.StartAsync();
        var harness = host.Harness;

        FluentActions.Invoking(() => SimulatedAnswer.Status(99)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => SimulatedAnswer.Status(1000)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => harness.Respond()).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => harness.Respond(200, null!)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => harness.RespondTo("relative", 200)).Should().Throw<UriFormatException>();
        FluentActions.Invoking(() => harness.RespondWith(null!)).Should().Throw<ArgumentNullException>();
    }

    private static int?[] StatusesOf(HarnessHost host, string url) =>
        [.. host.Harness.Sent.Where(sent => sent.Url == new Uri(url)).Select(sent => sent.Answer.StatusCode)];
}
