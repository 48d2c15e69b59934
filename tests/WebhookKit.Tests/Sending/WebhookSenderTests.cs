using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using static WebhookKit.Tests.Sending.SendingHost;

namespace WebhookKit.Tests.Sending;

public sealed class WebhookSenderTests
{
    private static readonly string UserAgent = $"WebhookKit/{typeof(WebhookMessage).Assembly.GetName().Version!.ToString(fieldCount: 3)}";

    [Fact]
    public async Task A_request_carries_the_body_the_standard_headers_the_signature_the_extra_headers_and_the_authentication()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = Create();

        var result = await host.SendAsync(Request(
            receiver.Url, body: """{"é":1}""",
            authentication: EndpointAuthentication.Basic("user", "pä:ss"), extraHeaders: [new("x-extra", "a, b"), new("cookie", "c=1")]));

        result.Outcome.Should().Be(AttemptOutcome.Delivered);
        result.StatusCode.Should().Be(200);
        result.ErrorType.Should().BeNull();
        result.Detail.Should().BeNull();
        result.ResponseBody.Should().BeNull();
        var request = receiver.Only;
        request.Method.Should().Be("POST");
        request.Protocol.Should().Be("HTTP/1.1");
        request.Target.Should().Be("/hook?key=1");
        Encoding.UTF8.GetString(request.Body).Should().Be("""{"é":1}""");
        request.Headers.Should().Equal(new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Host"] = receiver.Url.Authority,
            ["Content-Type"] = "application/json",
            ["Content-Length"] = "8",
            ["User-Agent"] = UserAgent,
            ["webhook-id"] = "msg_1",
            ["webhook-timestamp"] = "1793737570",
            ["webhook-signature"] = "8.1./hook",
            ["x-extra"] = "a, b",
            ["Cookie"] = "c=1",
            ["Authorization"] = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("user:pä:ss")),
        });
    }

    [Theory]
    [InlineData(200, AttemptOutcome.Delivered)]
    [InlineData(204, AttemptOutcome.Delivered)]
    [InlineData(299, AttemptOutcome.Delivered)]
    [InlineData(300, AttemptOutcome.RefusedByStatus)]
    [InlineData(304, AttemptOutcome.RefusedByStatus)]
    [InlineData(400, AttemptOutcome.RefusedByStatus)]
    [InlineData(410, AttemptOutcome.RefusedByStatus)]
    [InlineData(503, AttemptOutcome.RefusedByStatus)]
    public async Task The_status_decides(int status, AttemptOutcome outcome)
    {
        await using var receiver = await Receiver.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await using var host = Create();

        var result = await host.SendAsync(receiver.Url);

        result.Outcome.Should().Be(outcome);
        result.StatusCode.Should().Be(status);
        result.ErrorType.Should().Be(outcome == AttemptOutcome.Delivered ? null : $"{status}");
    }

    [Fact]
    public async Task A_success_rule_of_exactly_200_refuses_201()
    {
        await using var receiver = await Receiver.StartAsync(context =>
        {
            context.Response.StatusCode = 201;
            return Task.CompletedTask;
        });
        await using var host = Create();

        (await host.SendAsync(Request(receiver.Url, success: SuccessRule.Exactly(200)))).Outcome.Should().Be(AttemptOutcome.RefusedByStatus);
        (await host.SendAsync(Request(receiver.Url, success: SuccessRule.Where(s => s == 201)))).Outcome.Should().Be(AttemptOutcome.Delivered);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_a_failure_and_is_not_followed(int status)
    {
        await using var receiver = await Receiver.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });
        await using var host = Create();

        (await host.SendAsync(receiver.Url)).Outcome.Should().Be(AttemptOutcome.RefusedByStatus);

        receiver.Only.Target.Should().Be("/hook?key=1");
    }

    [Fact]
    public async Task A_compressed_answer_is_not_decompressed_and_none_is_asked_for()
    {
        await using var receiver = await Receiver.StartAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync(new byte[1000]);
        });
        await using var host = Create();

        var result = await host.SendAsync(receiver.Url);

        result.Outcome.Should().Be(AttemptOutcome.Delivered);
        result.ResponseBody.Should().StartWith("\u001f").And.NotContain("\0", "databases refuse it in text");
        result.ResponseBody!.Length.Should().BeLessThan(500);
        receiver.Only.Headers.Should().NotContainKey("accept-encoding");
    }

    [Fact]
    public async Task Cookies_are_not_kept()
    {
        await using var receiver = await Receiver.StartAsync(context =>
        {
            context.Response.Cookies.Append("tracking", "1");
            return Task.CompletedTask;
        });
        await using var host = Create();

        await host.SendAsync(receiver.Url);
        await host.SendAsync(receiver.Url);

        receiver.Requests.Should().HaveCount(2).And.NotContain(r => r.Headers.ContainsKey("cookie"));
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("0", 0)]
    [InlineData("Tue, 03 Nov 2026 20:30:10 GMT", 240)]
    [InlineData("Tuesday, 03-Nov-26 20:30:10 GMT", 240)]
    [InlineData("Tue Nov  3 20:30:10 2026", 240)]
    [InlineData("-5", null)]
    [InlineData("1.5", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData("2147483647", null)]
    [InlineData("Tue, 03 Nov 2026 20:00:00 GMT", null)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", null)]
    [InlineData("1\r\nRetry-After: 2", null)]
    public async Task Retry_after_is_read_as_seconds_or_as_a_date_and_ignored_where_it_makes_no_sense(string header, int? seconds)
    {
        await using var server = RawServer.Answering($"HTTP/1.1 503 Busy\r\nRetry-After: {header}\r\nContent-Length: 0\r\n\r\n");
        await using var host = Create(time: new ManualClock());

        var result = await host.SendAsync(server.Url);

        result.Outcome.Should().Be(AttemptOutcome.RefusedByStatus);
        result.RetryAfter.Should().Be(seconds is { } s ? TimeSpan.FromSeconds(s) : null);
    }

    [Fact]
    public async Task The_answers_body_is_kept_up_to_the_limit_and_no_character_is_cut_in_two()
    {
        await using var receiver = await Receiver.StartAsync(context => context.Response.WriteAsync("ab" + new string('é', 100_000)));
        await using var host = Create(o => o.MaxResponseBodyBytes = 1001);
        await using var keepsNothing = Create(o => o.MaxResponseBodyBytes = 0);

        (await host.SendAsync(receiver.Url)).ResponseBody.Should().Be("ab" + new string('é', 499));
        (await keepsNothing.SendAsync(receiver.Url)).ResponseBody.Should().BeNull();
    }

    [Fact]
    public async Task An_endless_answer_is_read_to_the_limit_and_its_connection_closed()
    {
        var closed = new TaskCompletionSource();
        await using var server = RawServer.Serving(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            try
            {
                while (true)
                    await connection.WriteAsync("400\r\n" + new string('x', 1024) + "\r\n");
            }
            catch (IOException)
            {
                closed.SetResult();
            }
        });
        await using var host = Create();

        var result = await host.SendAsync(server.Url);

        result.Outcome.Should().Be(AttemptOutcome.Delivered);
        result.ResponseBody.Should().HaveLength(16 * 1024);
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_small_answer_that_is_not_read_leaves_the_connection_usable()
    {
        var connections = 0;
        await using var server = RawServer.Serving(async connection =>
        {
            Interlocked.Increment(ref connections);
            while (true)
            {
                await connection.ReadRequestAsync();
                await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
            }
        });
        await using var host = Create(o => o.MaxResponseBodyBytes = 3);

        (await host.SendAsync(server.Url)).ResponseBody.Should().Be("hel");
        (await host.SendAsync(server.Url)).ResponseBody.Should().Be("hel");

        connections.Should().Be(1);
    }

    [Fact]
    public async Task The_sender_writes_to_the_wire_what_it_was_given_byte_for_byte()
    {
        await using var server = RawServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using var host = Create();

        await host.SendAsync(server.Url);

        server.Requests.Should().ContainSingle().Which.Should().Be(
            $"POST /hook HTTP/1.1\r\nHost: {server.Url.Authority}\r\nUser-Agent: {UserAgent}\r\nwebhook-id: msg_1\r\nwebhook-timestamp: 1793737570\r\n" +
            "webhook-signature: 8.1./hook\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"id\":1}");
    }

    [Fact]
    public async Task A_proxy_is_used_only_where_one_is_configured()
    {
        await using var proxy = RawServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using var host = Create(o => o.Proxy = new Uri($"http://localhost:{proxy.Port}"), egress: o => o.AllowHttp = true);

        var result = await host.SendAsync(new Uri("http://receiver.invalid/hook"));

        result.Outcome.Should().Be(AttemptOutcome.Delivered);
        proxy.Requests.Should().ContainSingle().Which.Should().StartWith("POST http://receiver.invalid/hook HTTP/1.1\r\n");
    }
}
