using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WebhookKit.InMemory;

namespace WebhookKit.Tests.Dispatching;

/// <summary>What a host does to all its HTTP clients must not reach ours.</summary>
public sealed class IsolationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_with_a_retry_handler_in_its_client_defaults_sends_one_request_an_attempt_and_no_baggage(bool defaultsFirst)
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", 503, 503, 200);
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        if (defaultsFirst)
            AddDefaults(builder.Services);
        builder.Services.AddWebhooks(o =>
        {
            o.Egress.AllowHttpToLoopback = true;
            o.Subscriptions.Retry = RetryPolicy.Schedule(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10));
        }).AddEvent("thing.happened").UseStore(services => new StoreProbe(
            new InMemoryStore(services.GetRequiredService<InMemoryStoreOptions>(), services.GetRequiredService<TimeProvider>())));
        if (!defaultsFirst)
            AddDefaults(builder.Services);
        using var host = builder.Build();
        using var trace = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(trace);
        using var activity = new Activity("the host's own").AddBaggage("customer", "secret").Start();
        await host.StartAsync();
        await host.Services.GetRequiredService<IWebhookSubscriptions>()
            .CreateAsync(new Subscription { Url = receiver.UrlOf("s"), Events = [EventPattern.All] });
        await host.Services.GetRequiredService<IWebhookPublisher>().PublishJsonAsync("thing.happened", "{}"u8.ToArray());
        var store = (StoreProbe)host.Services.GetRequiredService<IWebhookStore>();
        await store.UntilEmptyAsync();
        await host.StopAsync();

        var delivery = (await store.ListDeliveriesAsync(new DeliveryQuery { AllTenants = true }, default)).Items.Should().ContainSingle().Subject;
        delivery.AttemptsMade.Should().Be(3);
        receiver.Requests.Should().HaveCount(3, "each attempt is one POST");
        foreach (var request in receiver.Requests)
        {
            foreach (var name in new[] { "baggage", "traceparent", "tracestate", "Correlation-Context", "Request-Id", "x-host" })
                request.Header(name).Should().BeNull();
        }
    }

    private static void AddDefaults(IServiceCollection services) => services.ConfigureHttpClientDefaults(client =>
    {
        client.AddHttpMessageHandler(() => new RetryHandler());
        client.ConfigureHttpClient(c => c.DefaultRequestHeaders.Add("x-host", "1"));
    });

    private sealed class RetryHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            for (var i = 0; i < 2 && response.StatusCode == HttpStatusCode.ServiceUnavailable; i++)
                response = await base.SendAsync(request, cancellationToken);
            return response;
        }
    }
}
