using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WebhookKit.InMemory;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Testing.Harness;

public sealed partial class HarnessTests
{
    [Fact]
    public async Task What_was_published_is_seen_as_it_was_given()
    {
        await using var host = await HarnessHost.StartAsync(build: webhooks => webhooks.AddEvent<Paid>("order.paid").AddEvent<Shipped>("order.shipped"));
        await host.SubscribeAsync(configure: s => s with { Tenant = "acme" });
        var paid = new Paid(1);
        await host.Publisher.PublishAsync(paid, new PublishOptions { Tenant = "acme" });
        await host.Publisher.PublishManyAsync(
            [PublishRequest.Of(new Shipped(2)), PublishRequest.Json("thing.happened", "[3]"u8.ToArray(), new PublishOptions { Tenant = "acme" })]);
        await FluentActions.Awaiting(() => host.Publisher.PublishAsync("not registered")).Should().ThrowAsync<WebhookValidationException>();

        var seen = host.Harness.Published<Paid>().Should().ContainSingle().Subject;
        seen.Data.Should().BeSameAs(paid);
        seen.Tenant.Should().Be("acme");
        seen.Result.Targets.Should().Be(1);
        host.Harness.Published<Shipped>().Should().ContainSingle().Which.Options.Should().Be(new PublishOptions());
        host.Harness.Published<object>().Should().HaveCount(2, "what was refused was not published");
        var json = host.Harness.PublishedJson("thing.happened").Should().ContainSingle().Subject;
        Encoding.UTF8.GetString(json.Data.Span).Should().Be("[3]");
        host.Harness.PublishedJson("thing.changed").Should().BeEmpty();
    }

    [Fact]
    public async Task A_body_is_read_with_a_contract_or_without()
    {
        await using var host = await HarnessHost.StartAsync(build: webhooks => webhooks.AddEvent<Paid>("order.paid"));
        await host.SubscribeAsync(configure: s => s with { Envelope = Envelope.Bare });
        await host.Publisher.PublishAsync(new Paid(7));

        await host.Harness.DrainAsync();

        var sent = host.Harness.Sent.Single();
        sent.GetJson<Paid>().Should().Be(new Paid(7));
        sent.GetJson(Contracts.Default.Paid).Should().Be(new Paid(7));
        sent.Header("content-type").Should().StartWith("application/json");
        sent.Header("x-nothing").Should().BeNull();
        sent.ToString().Should().Contain("order.paid, attempt 1").And.NotContain("v1,", "signatures do not show");
    }

    [Fact]
    public async Task Nothing_is_sent_before_the_test_lets_it_go()
    {
        await using var host = await HarnessHost.StartAsync();
        await host.SubscribeAsync();
        await host.PublishAsync();
        host.Harness.Clock.Advance(TimeSpan.FromHours(1));
        host.Harness.Sent.Should().BeEmpty();

        await host.Harness.AdvanceAsync(TimeSpan.Zero);

        host.Harness.Sent.Should().ContainSingle();
    }

    [Fact]
    public async Task An_advance_sends_what_comes_due_on_the_way_each_at_its_own_time_and_stops_where_it_should()
    {
        await using var host = await HarnessHost.StartAsync();
        host.Harness.Respond(500);
        await host.SubscribeAsync();
        var start = host.Harness.Clock.GetUtcNow();
        await host.PublishAsync();

        await host.Harness.AdvanceAsync(TimeSpan.FromMinutes(40));

        host.Harness.Sent.Select(sent => (sent.SentAt - start).TotalSeconds).Should().Equal(0, 5, 305, 2105);
        host.Harness.Clock.GetUtcNow().Should().Be(start + TimeSpan.FromMinutes(40));
    }

    [Fact]
    public async Task What_is_due_in_the_last_moment_is_part_of_an_advance()
    {
        await using var host = await HarnessHost.StartAsync();
        var fired = 0;
        host.Harness.Respond(500);
        await host.SubscribeAsync("https://a.example/");
        await host.SubscribeAsync("https://b.example/");
        await host.PublishAsync();
        await host.Harness.AdvanceAsync(TimeSpan.Zero);
        await using var one = host.Harness.Clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        await using var two = host.Harness.Clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);

        await host.Harness.AdvanceAsync(TimeSpan.FromSeconds(5));

        host.Harness.Sent.Should().HaveCount(4);
        fired.Should().Be(2);
    }

    [Fact]
    public async Task Timers_of_the_host_run_at_their_time_and_what_they_publish_is_sent_before_time_goes_on()
    {
        await using var host = await HarnessHost.StartAsync(services: services => services.AddHostedService<Hourly>());
        await host.SubscribeAsync();
        var start = host.Harness.Clock.GetUtcNow();

        await host.Harness.AdvanceAsync(TimeSpan.FromHours(3.5));

        host.Harness.Sent.Select(sent => (sent.SentAt - start).TotalHours).Should().Equal(1, 2, 3);
    }

    [Fact]
    public async Task What_is_published_while_it_drains_is_sent_too()
    {
        await using var host = await HarnessHost.StartAsync();
        await host.SubscribeAsync();
        host.Harness.RespondWith(sent =>
        {
            if (sent.EventType == "thing.happened")
                host.PublishAsync("thing.changed").GetAwaiter().GetResult();
            return 200;
        });
        await host.PublishAsync();

        await host.Harness.DrainAsync();

        host.Harness.Sent.Select(sent => sent.EventType).Should().Equal("thing.happened", "thing.changed");
    }

    [Fact]
    public async Task What_came_into_the_store_by_another_way_is_found()
    {
        InMemoryStore? inner = null;
        await using var host = await HarnessHost.StartAsync(
            build: webhooks => webhooks.UseStore(sp => inner = new InMemoryStore(new InMemoryStoreOptions(), sp.GetRequiredService<TimeProvider>())));
        var subscription = await host.SubscribeAsync();
        await host.Harness.DrainAsync();
        var message = new WebhookMessage
        {
            Id = Guid.CreateVersion7(), PublicId = "msg_1", EventType = "thing.happened", Timestamp = host.Harness.Clock.GetUtcNow(), Data = "{}"u8.ToArray(),
        };
        await inner!.EnqueueAsync([new EnqueueRequest { Message = message, Targets = [DeliveryTarget.To(subscription.Id)] }], default);

        await host.Harness.DrainAsync();

        host.Harness.Sent.Should().ContainSingle().Which.MessageId.Should().Be("msg_1");
    }

    [Fact]
    public async Task A_store_that_fails_ends_the_drain()
    {
        await using var host = await HarnessHost.StartAsync(build: webhooks => webhooks.UseStore(sp => Stores.TamperedStore.Of(
            new InMemoryStore(new InMemoryStoreOptions(), sp.GetRequiredService<TimeProvider>()),
            (call, _, right) => call == nameof(IWebhookStore.SettleAsync) ? throw new IOException("no space left") : right())));
        await host.SubscribeAsync();
        await host.PublishAsync();

        (await FluentActions.Awaiting(() => host.Harness.DrainAsync()).Should().ThrowAsync<WebhookException>())
            .Which.InnerException.Should().BeOfType<IOException>();
    }

    [Fact]
    public async Task It_works_in_a_web_application()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddWebhooks().AddEvent<Paid>("order.paid");
        builder.Services.AddWebhooksTestHarness();
        await using var app = builder.Build();
        app.MapPost("/pay", (Paid paid, IWebhookPublisher publisher) => publisher.PublishAsync(paid));
        await app.StartAsync();
        await app.Services.GetRequiredService<IWebhookSubscriptions>()
            .CreateAsync(new Subscription { Url = "https://example.com/", Events = [EventPattern.All] });

        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        (await client.PostAsJsonAsync("/pay", new Paid(5))).EnsureSuccessStatusCode();
        var harness = app.Services.GetRequiredService<WebhookTestHarness>();
        await harness.DrainAsync();

        harness.Sent.Single().GetJson<JsonElement>().GetProperty("data").GetProperty("id").GetInt32().Should().Be(5);
        await app.StopAsync();
    }

    [Fact]
    public async Task It_works_with_a_bare_provider_whose_services_were_started()
    {
        var services = new ServiceCollection();
        services.AddWebhooks().AddEvent("thing.happened");
        services.AddWebhooksTestHarness().AddWebhooksTestHarness();
        await using var provider = services.BuildServiceProvider();
        var harness = provider.GetRequiredService<WebhookTestHarness>();
        await FluentActions.Awaiting(() => harness.DrainAsync()).Should().ThrowAsync<WebhookException>().WithMessage("*Start the host first.");

        var hosted = provider.GetServices<IHostedService>().ToArray();
        foreach (var service in hosted)
            await service.StartAsync(default);
        await provider.GetRequiredService<IWebhookSubscriptions>().CreateAsync(new Subscription { Url = "https://example.com/", Events = [EventPattern.All] });
        await provider.GetRequiredService<IWebhookPublisher>().PublishJsonAsync("thing.happened", "{}"u8.ToArray());
        await harness.DrainAsync();

        harness.Sent.Should().ContainSingle();
        foreach (var service in hosted.Reverse())
            await service.StopAsync(default);
    }

    [Fact]
    public void It_needs_AddWebhooks_first() =>
        FluentActions.Invoking(() => new ServiceCollection().AddWebhooksTestHarness())
            .Should().Throw<WebhookException>().WithMessage("Call AddWebhooks first*");

    [Fact]
    public async Task It_says_so_where_nothing_would_be_sent() =>
        await FluentActions.Awaiting(() => HarnessHost.StartAsync(o => o.Dispatcher.Enabled = false)).Should().ThrowAsync<WebhookException>()
            .WithMessage("Webhooks:Dispatcher:Enabled is false*");

    [Fact]
    public async Task A_clock_of_the_tests_own_is_the_hosts_clock()
    {
        var clock = new VirtualClock(new DateTimeOffset(2040, 5, 6, 7, 8, 9, TimeSpan.Zero));
        var services = new ServiceCollection();
        services.AddWebhooks();
        services.AddWebhooksTestHarness(clock);
        await using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<WebhookTestHarness>().Clock.Should().BeSameAs(clock);
        provider.GetRequiredService<TimeProvider>().Should().BeSameAs(clock);
    }

    internal sealed record Paid(int Id);

    internal sealed record Shipped(int Id);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Paid))]
    internal sealed partial class Contracts : JsonSerializerContext;

    /// <summary>A service of the host's that publishes every hour.</summary>
    private sealed class Hourly(IWebhookPublisher publisher, TimeProvider time) : IHostedService
    {
        private readonly PeriodicTimer _timer = new(TimeSpan.FromHours(1), time);
        private Task _running = Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _running = RunAsync();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            _timer.Dispose();
            return _running;
        }

        private async Task RunAsync()
        {
            // As a host's services run: not in the context of the test, to which each tick would have to come first.
            while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
                await publisher.PublishJsonAsync("thing.happened", "{}"u8.ToArray()).ConfigureAwait(false);
        }
    }
}
