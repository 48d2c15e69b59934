using System.Net;
using System.Net.Sockets;
using WebhookKit.Sending;
using static WebhookKit.Tests.Sending.SendingHost;

namespace WebhookKit.Tests.Sending;

public sealed class WebhookSenderFailureTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData("this is not HTTP\r\n\r\n")]
    [InlineData("HTTP/1.1 abc OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon here\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n\r\n")]
    public async Task An_answer_that_is_not_http_is_a_protocol_error(string answer)
    {
        await using var server = RawServer.Answering(answer);
        await using var host = Create();

        var result = await host.SendAsync(server.Url);

        result.Outcome.Should().Be(AttemptOutcome.ProtocolError);
        result.StatusCode.Should().BeNull();
        result.ErrorType.Should().Be("protocol_error");
        result.Detail.Should().NotBeNullOrEmpty().And.NotContain("\r");
    }

    [Fact]
    public async Task Headers_without_an_end_are_a_protocol_error()
    {
        await using var server = RawServer.Serving(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\n");
            while (true)
                await connection.WriteAsync($"x-more: {new string('x', 1000)}\r\n");
        });
        await using var host = Create();

        (await host.SendAsync(server.Url)).Outcome.Should().Be(AttemptOutcome.ProtocolError);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 20")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    public async Task A_connection_closed_before_the_answers_head_is_complete_was_none(string answer)
    {
        await using var server = RawServer.Answering(answer);
        await using var host = Create();

        var result = await host.SendAsync(server.Url);

        result.Outcome.Should().Be(AttemptOutcome.CouldNotConnect);
        result.ErrorType.Should().Be("connection_error");
    }

    [Fact]
    public async Task A_connection_reset_before_the_answer_was_none()
    {
        await using var server = RawServer.Serving(async connection =>
        {
            await connection.ReadRequestAsync();
            connection.Reset();
        });
        await using var host = Create();

        (await host.SendAsync(server.Url)).Outcome.Should().Be(AttemptOutcome.CouldNotConnect);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_status_counts_though_the_body_breaks_off(bool reset)
    {
        var statusRead = new TaskCompletionSource();
        await using var server = RawServer.Serving(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            await statusRead.Task.WaitAsync(connection.Stop);
            if (reset)
                connection.Reset();
        });
        await using var host = Create();

        var result = await host.SendAsync(Request(server.Url, success: SuccessRule.Where(_ => statusRead.TrySetResult())));

        result.Outcome.Should().Be(AttemptOutcome.Delivered);
        result.StatusCode.Should().Be(200);
        result.Detail.Should().Contain("broke off");
        if (!reset)
            result.ResponseBody.Should().Be("half");
    }

    [Fact]
    public async Task A_status_counts_though_the_body_is_slower_than_the_timeout()
    {
        var clock = new ManualClock();
        var written = new TaskCompletionSource();
        await using var server = RawServer.Serving(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nslow");
            written.SetResult();
            await connection.WaitForCloseAsync();
        });
        var statusRead = new TaskCompletionSource();
        await using var host = Create(time: clock);
        var rule = SuccessRule.Where(_ => statusRead.TrySetResult());

        var sending = host.SendAsync(Request(server.Url, timeout: Deadline, success: rule));
        await written.Task;
        await statusRead.Task;
        clock.Advance(Deadline);
        var result = await sending;

        result.Outcome.Should().Be(AttemptOutcome.Delivered);
        result.Duration.Should().Be(Deadline);
        result.Detail.Should().Contain("too slowly");
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-")]
    public async Task An_answer_that_does_not_come_in_time_times_out(string part)
    {
        var clock = new ManualClock();
        var written = new TaskCompletionSource();
        await using var server = RawServer.Serving(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync(part);
            written.SetResult();
            await connection.WaitForCloseAsync();
        });
        await using var host = Create(time: clock);

        var sending = host.SendAsync(Request(server.Url, timeout: Deadline));
        await written.Task;
        clock.Advance(Deadline - TimeSpan.FromMilliseconds(1));
        sending.IsCompleted.Should().BeFalse();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var result = await sending;

        result.Outcome.Should().Be(AttemptOutcome.TimedOut);
        result.StatusCode.Should().BeNull();
        result.Duration.Should().Be(Deadline);
        result.ErrorType.Should().Be("timeout");
        result.Detail.Should().Be("No answer within 15 s.");
    }

    [Fact]
    public async Task An_attempt_that_the_sender_stops_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var received = new TaskCompletionSource();
        await using var server = RawServer.Serving(async connection =>
        {
            await connection.ReadRequestAsync();
            received.SetResult();
            await connection.WaitForCloseAsync();
        });
        await using var host = Create();

        var sending = host.SendAsync(Request(server.Url), stop.Token);
        await received.Task;
        await stop.CancelAsync();

        (await sending).Outcome.Should().Be(AttemptOutcome.Cancelled);
        (await host.SendAsync(Request(server.Url), stop.Token)).Outcome.Should().Be(AttemptOutcome.Cancelled, "it had stopped before it began");
        server.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_port_where_nobody_listens_cannot_be_connected_to()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        listener.Stop();
        await using var host = Create();

        var result = await host.SendAsync(url);

        result.Outcome.Should().Be(AttemptOutcome.CouldNotConnect);
        result.Detail.Should().NotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_host_that_does_not_exist_cannot_be_resolved()
    {
        await using var host = Create();

        var result = await host.SendAsync(new Uri("https://no-such-receiver.invalid/hook"));

        result.Outcome.Should().Be(AttemptOutcome.CouldNotResolve);
        result.ErrorType.Should().Be("name_resolution_error");
        result.Detail.Should().Contain("no-such-receiver.invalid");
    }

    [Fact]
    public async Task A_connection_that_is_not_made_within_the_connect_timeout_is_none()
    {
        // The connection is accepted and then nothing comes, so that the TLS handshake never ends.
        await using var server = RawServer.Serving(connection => connection.WaitForCloseAsync());
        await using var host = Create(o => o.ConnectTimeout = TimeSpan.FromMilliseconds(50));

        var result = await host.SendAsync(new Uri($"https://127.0.0.1:{server.Port}/"));

        result.Outcome.Should().Be(AttemptOutcome.CouldNotConnect);
        result.Detail.Should().Contain("connect timeout");
    }

    [Fact]
    public async Task Plain_http_is_blocked_before_anything_is_sent_unless_it_is_allowed()
    {
        await using var server = RawServer.Answering("HTTP/1.1 200 OK\r\n\r\n");
        await using var host = Create(egress: o => o.AllowHttpToLoopback = false);

        var result = await host.SendAsync(server.Url);

        result.Outcome.Should().Be(AttemptOutcome.BlockedByEgress);
        result.ErrorType.Should().Be("egress_blocked");
        server.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task What_the_hosts_own_code_throws_is_the_senders_failure_until_the_request_is_out_and_its_text_is_not_repeated()
    {
        await using var server = RawServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using var host = Create();
        var authentication = EndpointAuthentication.Delegate((_, _) => throw new HttpRequestException("token=hunter2"));
        var success = SuccessRule.Where(_ => throw new InvalidOperationException("hunter2"));

        AttemptResult[] results =
        [
            await host.SendAsync(Request(server.Url, schemes: [new FailingScheme()])),
            await host.SendAsync(Request(server.Url, authentication: authentication)),
            await host.SendAsync(Request(server.Url, success: success)),
        ];

        results.Should().AllSatisfy(r =>
        {
            r.Detail.Should().NotContain("hunter2");
            r.Exception!.Message.Should().Contain("hunter2");
        });
        results.Select(r => r.Outcome).Should().Equal(AttemptOutcome.SenderError, AttemptOutcome.SenderError, AttemptOutcome.RefusedByStatus);
        server.Requests.Should().ContainSingle("only the success rule runs after the request");
    }

    [Fact]
    public async Task An_authentication_that_never_ends_is_ended_by_the_timeout_and_is_the_senders_failure()
    {
        var clock = new ManualClock();
        var asked = new TaskCompletionSource();
        await using var host = Create(time: clock);
        var authentication = EndpointAuthentication.Delegate(async (_, token) =>
        {
            var never = new TaskCompletionSource();
            asked.SetResult();
            await never.Task.WaitAsync(token);
        });

        var sending = host.SendAsync(Request(new Uri("http://127.0.0.1:1/"), authentication: authentication, timeout: Deadline));
        await asked.Task;
        clock.Advance(Deadline);

        (await sending).Outcome.Should().Be(AttemptOutcome.SenderError);
    }

    [Fact]
    public async Task An_authentication_that_sends_the_request_elsewhere_is_held_to_the_egress_policy()
    {
        await using var host = Create();
        var authentication = EndpointAuthentication.Delegate((request, _) =>
        {
            request.RequestUri = new Uri("http://receiver.example/");
            return ValueTask.CompletedTask;
        });

        (await host.SendAsync(Request(new Uri("http://127.0.0.1:1/"), authentication: authentication))).Outcome.Should().Be(AttemptOutcome.BlockedByEgress);
    }

    [Fact]
    public async Task No_value_can_start_another_header_or_change_one_that_is_set()
    {
        await using var server = RawServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using var host = Create();
        var url = server.Url;
        SendRequest[] malformed =
        [
            Request(url, messageId: "msg_1\r\nx-evil: 1", schemes: []),
            Request(url, extraHeaders: [new("x-extra", "1\r\nx-evil: 1")]),
            Request(url, extraHeaders: [new("x-extra\r\nx-evil", "1")]),
            Request(url, contentType: "application/json\r\nx-evil: 1"),
            Request(url, schemes: [new TestScheme(new KeyValuePair<string, string>("x-signature", "1\nx-evil: 1"))]),
            Request(url, extraHeaders: [new("webhook-signature", "mine")]),
            Request(url, extraHeaders: [new("content-type", "text/plain")]),
            Request(url, authentication: EndpointAuthentication.Bearer("t"), extraHeaders: [new("authorization", "mine")]),
            Request(url, extraHeaders: [new("x-extra", "é")]),
        ];

        foreach (var request in malformed)
        {
            var result = await host.SendAsync(request);

            result.Outcome.Should().Be(AttemptOutcome.SenderError);
            result.Detail.Should().Contain("header").And.NotContain("evil");
        }

        server.Requests.Should().BeEmpty();
    }

    private sealed class FailingScheme : SignatureScheme
    {
        public override string Name => "failing";

        public override string? SignatureHeader => null;

        public override WebhookError? Check(WebhookSecret secret) => null;

        public override void Sign(in SigningInput input, WebhookSecrets secrets, ICollection<KeyValuePair<string, string>> headers) =>
            throw new InvalidOperationException("hunter2");

        public override VerificationResult Verify(in VerificationInput input) => VerificationResult.Refused(VerificationRefusal.NotVerified);
    }
}
