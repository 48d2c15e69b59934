using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Logging;
using RichardSzalay.MockHttp;
using WebhookKit.Sending;
using static WebhookKit.Tests.Sending.SendingHost;

namespace WebhookKit.Tests.Sending;

public sealed class WebhookHttpClientTests
{
    private static readonly string[] TraceHeaders = ["baggage", "traceparent", "tracestate", "Correlation-Context", "Request-Id"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_inherited_from_the_hosts_client_defaults_whenever_they_are_set(bool before)
    {
        var logger = new CountingLogger();
        void Defaults(IServiceCollection services) => services.ConfigureHttpClientDefaults(defaults => defaults
            .AddHttpMessageHandler(() => new RetryHandler())
            .ConfigureHttpClient(client =>
            {
                client.BaseAddress = new Uri("https://elsewhere.example/");
                client.Timeout = TimeSpan.FromTicks(1);
                client.DefaultRequestHeaders.Add("x-default", "1");
            })
            .AddLogger(_ => logger)
            .ConfigurePrimaryHttpMessageHandler(() => new MockHttpMessageHandler()));
        await using var receiver = await Receiver.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        await using var host = before ? Create(before: Defaults) : Create(after: Defaults);
        using var activity = new Activity("the host's own work").AddBaggage("user", "jane").SetIdFormat(ActivityIdFormat.W3C).Start();
        activity.TraceStateString = "vendor=1";

        var result = await host.SendAsync(receiver.Url);

        result.Outcome.Should().Be(AttemptOutcome.RefusedByStatus);
        receiver.Only.Headers.Keys.Should().NotContain(TraceHeaders, "one POST, and nothing of the host's trace").And.NotContain("x-default");
        logger.Calls.Should().Be(0);
        WebhookHttpClient.CheckPrimaryHandler(host.Services).Should().BeNull();
    }

    [Fact]
    public async Task The_test_of_the_defaults_would_notice_them()
    {
        // The same handler on a client of the host's own does send three times: the test above can fail.
        await using var receiver = await Receiver.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        var services = new ServiceCollection();
        services.ConfigureHttpClientDefaults(defaults => defaults.AddHttpMessageHandler(() => new RetryHandler()));
        await using var provider = services.AddHttpClient().BuildServiceProvider();
        using var activity = new Activity("the host's own work").AddBaggage("user", "jane").Start();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient();

        using var response = await client.PostAsync(receiver.Url, content: null);

        receiver.Requests.Should().HaveCount(3).And.OnlyContain(r => r.Headers.ContainsKey("traceparent"));
    }

    [Fact]
    public async Task What_the_host_puts_on_our_own_client_stays()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = Create(client: client => client.AddHttpMessageHandler(() => new StampHandler()));

        (await host.SendAsync(receiver.Url)).Outcome.Should().Be(AttemptOutcome.Delivered);

        receiver.Only.Headers.Should().Contain("x-stamp", "1");
    }

    [Fact]
    public async Task By_option_a_traceparent_goes_out_that_is_not_the_hosts()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = Create(o => o.PropagateTraceContext = true);
        using var activity = new Activity("the host's own work").AddBaggage("user", "jane").SetIdFormat(ActivityIdFormat.W3C).Start();
        activity.TraceStateString = "vendor=1";

        await host.SendAsync(receiver.Url);

        receiver.Only.Headers["traceparent"].Should().MatchRegex("^00-[0-9a-f]{32}-[0-9a-f]{16}-00$").And.NotContain(activity.TraceId.ToString());
        receiver.Only.Headers.Keys.Should().NotContain(TraceHeaders.Except(["traceparent"], StringComparer.Ordinal));
    }

    [Fact]
    public async Task By_option_the_attempts_own_root_span_is_the_one_that_goes_out()
    {
        using var source = new ActivitySource("WebhookKit");
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => ReferenceEquals(s, source),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        await using var receiver = await Receiver.StartAsync();
        await using var host = Create(o => o.PropagateTraceContext = true);
        using var attempt = source.StartActivity("attempt")!;

        await host.SendAsync(receiver.Url);

        receiver.Only.Headers["traceparent"].Should().Be(attempt.Id);
    }

    [Fact]
    public async Task A_foreign_primary_handler_is_found_and_allowed_only_by_option()
    {
        using var foreign = new MockHttpMessageHandler();
        foreign.When(HttpMethod.Post, "https://receiver.example/hook").Respond(HttpStatusCode.Accepted);
        await using var refused = Create(client: client => client.ConfigurePrimaryHttpMessageHandler(() => foreign));
        await using var plain = Create(client: client => client.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler()));
        await using var allowed = Create(o => o.AllowForeignPrimaryHandler = true, client: client => client.ConfigurePrimaryHttpMessageHandler(() => foreign));

        WebhookHttpClient.CheckPrimaryHandler(refused.Services)!.Field.Should().Be("Webhooks:Sending:AllowForeignPrimaryHandler");
        WebhookHttpClient.CheckPrimaryHandler(plain.Services).Should().NotBeNull("its connections are not vetted");
        WebhookHttpClient.CheckPrimaryHandler(allowed.Services).Should().BeNull();
        (await allowed.SendAsync(new Uri("https://receiver.example/hook"))).StatusCode.Should().Be(202);
    }

    [Fact]
    public async Task What_a_handler_of_the_hosts_throws_is_the_senders_failure()
    {
        using var foreign = new MockHttpMessageHandler();
        foreign.When("*").Respond(() => throw new InvalidOperationException("hunter2"));
        await using var host = Create(o => o.AllowForeignPrimaryHandler = true, client: client => client.ConfigurePrimaryHttpMessageHandler(() => foreign));

        var result = await host.SendAsync(new Uri("https://receiver.example/hook"));

        result.Outcome.Should().Be(AttemptOutcome.SenderError);
        result.ErrorType.Should().Be("InvalidOperationException");
        result.Detail.Should().NotContain("hunter2");
    }

    private sealed class RetryHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            for (var i = 0; i < 2; i++)
                (await base.SendAsync(request, cancellationToken)).Dispose();
            return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class StampHandler : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add("x-stamp", "1");
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class CountingLogger : IHttpClientLogger
    {
        public int Calls { get; private set; }

        public object? LogRequestStart(HttpRequestMessage request) => Calls++;

        public void LogRequestStop(object? context, HttpRequestMessage request, HttpResponseMessage response, TimeSpan elapsed) => Calls++;

        public void LogRequestFailed(object? context, HttpRequestMessage request, HttpResponseMessage? response, Exception exception, TimeSpan elapsed) =>
            Calls++;
    }
}
