using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WebhookKit.InMemory;
using WebhookKit.Tests.Publishing;

namespace WebhookKit.Tests.DependencyInjection;

[SuppressMessage("Trimming", "IL2026", Justification = "Tests are not trimmed.")]
public sealed class AddWebhooksTests
{
    private static readonly Subscription Everything = new() { Url = "https://example.com/", Events = [EventPattern.All] };

    [Fact]
    public async Task A_bare_service_collection_is_enough()
    {
        var services = new ServiceCollection();
        services.AddWebhooks().AddEvent<InspectionCompleted>("inspection.completed");
        await using var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        await provider.GetRequiredService<IWebhookSubscriptions>().CreateAsync(Everything);
        (await provider.GetRequiredService<IWebhookPublisher>().PublishAsync(new InspectionCompleted(1, "A"))).Targets.Should().Be(1);
        await using var scope = provider.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<IWebhookPublisher>().Should().BeSameAs(provider.GetRequiredService<IWebhookPublisher>());
    }

    [Fact]
    public void Services_with_keys_are_left_alone()
    {
        var services = new ServiceCollection();
        services.AddKeyedSingleton("key", new object());

        services.AddWebhooks().Should().BeSameAs(services.AddWebhooks());
    }

    [Fact]
    public void Called_twice_it_registers_once_and_adds_options()
    {
        var services = new ServiceCollection();
        services.AddWebhooks(o => (o.Publishing.MaxBodyBytes, o.Dispatcher.MaxConcurrency) = (1, 100));
        var count = services.Count;

        services.AddWebhooks();
        services.Should().HaveCount(count);
        services.AddWebhooks(o => o.Publishing.MaxBodyBytes = 2);

        using var provider = services.BuildServiceProvider();
        provider.GetServices<IHostedService>().Should().HaveCount(3);
        provider.GetRequiredService<PublishingOptions>().MaxBodyBytes.Should().Be(2);
        provider.GetRequiredService<DispatcherOptions>().MaxConcurrency.Should().Be(100);
    }

    [Fact]
    public async Task Event_types_are_registered_by_lambda_by_attribute_with_a_contract_and_by_name()
    {
        var builder = TestHost.Builder();
        builder.Services.AddWebhooks()
            .AddEvent<InspectionCompleted>("inspection.completed",
                e => (e.Group, e.DisplayName, e.Description) = ("Inspection", "Inspection completed", "It is done."))
            .AddEvent("inspection.contract", EventContracts.Default.InspectionCompleted)
            .AddEvent<InvoicePaid>()
            .AddEvent("raw.made", e => e.Group = "Raw");
        using var host = builder.Build();
        await host.StartAsync();
        var publisher = host.Services.GetRequiredService<IWebhookPublisher>();

        host.Services.GetRequiredService<EventCatalog>().All.Select(e => (e.Name, e.Group, e.DisplayName, e.Description, e.DataType)).Should().Equal(
            ("inspection.completed", "Inspection", "Inspection completed", "It is done.", typeof(InspectionCompleted)),
            ("inspection.contract", null, null, null, typeof(InspectionCompleted)),
            ("invoice.paid", "Billing", "Invoice paid", "Money came in.", typeof(InvoicePaid)),
            ("raw.made", "Raw", null, null, null));
        await host.Services.GetRequiredService<IWebhookSubscriptions>()
            .CreateAsync(Everything with { Events = [EventPattern.Group("Billing")], Status = SubscriptionStatus.Paused });
        (await publisher.PublishAsync(new InvoicePaid(1))).Targets.Should().Be(1);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_contract_decides_how_data_is_written()
    {
        await using var host = new PublishingHost(build: b => b
            .AddEvent(EventContracts.Default.InvoicePaid, e => e.DisplayName = "by lambda")
            .AddEvent("inspection.contract", EventContracts.Default.InspectionCompleted));
        await host.Subscriptions.CreateAsync(Everything with { Events = [EventPattern.Parse("inspection.contract"), EventPattern.Parse("invoice.paid")] });

        await host.Publisher.PublishAsync(new InspectionCompleted(7, "Ada"), new PublishOptions { EventType = "inspection.contract" });
        await host.Publisher.PublishAsync(new InvoicePaid(7));

        (await host.QueuedAsync()).Select(m => Encoding.UTF8.GetString(m.Data.Span))
            .Should().Equal("""{"Id":7,"Inspector":"Ada"}""", """{"Number":7}""");
        host.Services.GetRequiredService<EventCatalog>().TryGet("invoice.paid", out var type).Should().BeTrue();
        (type!.Group, type.DisplayName).Should().Be(("Billing", "by lambda"), "the lambda comes after the attribute");
    }

    [Fact]
    public async Task The_hosts_own_serialiser_options_are_used_where_no_contract_is_given()
    {
        await using var host = new PublishingHost(
            o => o.JsonSerializerOptions = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseUpper });
        await host.SubscribeAsync("*");

        await host.Publisher.PublishAsync(new InspectionCompleted(7, "Ada"));

        Encoding.UTF8.GetString((await host.QueuedAsync())[0].Data.Span).Should().Be("""{"ID":7,"INSPECTOR":"Ada"}""");
    }

    [Fact]
    public void A_type_without_the_attribute_cannot_be_registered_by_it() =>
        FluentActions.Invoking(() => new ServiceCollection().AddWebhooks().AddEvent<Moved>()).Should().Throw<WebhookValidationException>()
            .Which.Errors.Should().ContainSingle().Which.Should().Match<WebhookError>(e => e.Field == "AddEvent<Moved>" && e.Remedy.Contains("name"));

    [Fact]
    public void Store_subscription_store_and_egress_policy_can_be_replaced_before_or_after()
    {
        var store = new InMemoryStore(new InMemoryStoreOptions(), TimeProvider.System);
        var subscriptions = new InMemorySubscriptionStore();
        var egress = new NoEgress();
        var services = new ServiceCollection();
        services.AddWebhooks().UseStore(_ => throw new InvalidOperationException("The last one wins.")).UseStore(_ => store)
            .UseSubscriptionStore(_ => subscriptions).UseEgressPolicy(_ => egress);
        using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<IDeliveryQueue>().Should().BeSameAs(store);
        provider.GetRequiredService<IDeliveryLog>().Should().BeSameAs(store);
        provider.GetServices<IWebhookStore>().Should().Equal(store);
        provider.GetServices<ISubscriptionStore>().Should().Equal(subscriptions);
        provider.GetServices<EgressPolicy>().Should().Equal(egress);
    }

    [Fact]
    public async Task An_egress_policy_of_the_hosts_own_checks_URLs()
    {
        await using var host = new PublishingHost(build: b => b.UseEgressPolicy(_ => new NoEgress()));

        (await FluentActions.Invoking(() => host.SubscribeAsync("*")).Should().ThrowAsync<WebhookValidationException>())
            .Which.Errors.Should().ContainSingle().Which.Problem.Should().Be("Nowhere.");
    }

    [Fact]
    public async Task Resolving_the_publisher_starts_nothing()
    {
        var builder = TestHost.Builder();
        var logs = new TestHost.Logs();
        builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddWebhooks(o => o.Egress.AllowHttpToLoopback = true).AddEvent("raw.made");
        using var host = builder.Build();
        await host.Services.GetRequiredService<IWebhookSubscriptions>().CreateAsync(Everything);

        await host.Services.GetRequiredService<IWebhookPublisher>().PublishJsonAsync("raw.made", "{}"u8.ToArray());

        logs.Lines.Should().BeEmpty();
        (await host.Services.GetRequiredService<IDeliveryLog>().MeasureAsync(default)).Due.Should().Be(1, "nobody leases it");
    }

    [Fact]
    public async Task A_node_whose_dispatcher_is_switched_off_only_publishes()
    {
        var store = new InMemoryStore(new InMemoryStoreOptions(), TimeProvider.System);
        var (host, logs) = await StartAsync("Development", b => b.UseStore(_ => store), o => o.Dispatcher.Enabled = false);
        using (host)
        {
            await host.Services.GetRequiredService<IWebhookSubscriptions>().CreateAsync(Everything);
            (await host.Services.GetRequiredService<IWebhookPublisher>().PublishJsonAsync("raw.made", "{}"u8.ToArray())).Targets.Should().Be(1);

            logs.Lines.Should().NotContain(l => l.Id == 1000, "the dispatcher says when it starts");
            logs.Lines.Should().ContainSingle(l => l.Level == LogLevel.Warning).Which.Id.Should().Be(1102);
            await host.StopAsync();
            (await store.MeasureAsync(default)).Due.Should().Be(1);
        }
    }

    [Fact]
    public async Task What_a_restart_loses_is_said_once_in_Production()
    {
        var (host, logs) = await StartAsync("Production");
        using (host)
            await host.StopAsync();

        logs.Lines.Where(l => l.Level == LogLevel.Warning).Select(l => l.Id).Should().BeEquivalentTo([1100, 1101]);
        logs.Lines.Should().Contain(l => l.Id == 1000);
    }

    [Fact]
    public async Task What_is_not_in_memory_is_not_warned_of()
    {
        var (host, logs) = await StartAsync("Production", b => b.UseSubscriptionStore(_ => new ElsewhereStore()));
        using (host)
            await host.StopAsync();

        logs.Lines.Where(l => l.Level == LogLevel.Warning).Select(l => l.Id).Should().Equal(1100);
    }

    [Fact]
    public async Task Nothing_is_warned_of_in_Development()
    {
        var (host, logs) = await StartAsync("Development");
        using (host)
            await host.StopAsync();

        logs.Lines.Should().NotContain(l => l.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task A_primary_handler_of_the_hosts_is_refused_at_start_unless_it_is_allowed()
    {
        using var refused = Build(allow: false);
        (await FluentActions.Invoking(() => refused.StartAsync()).Should().ThrowAsync<WebhookValidationException>())
            .Which.Errors.Should().ContainSingle().Which.Field.Should().Be("Webhooks:Sending:AllowForeignPrimaryHandler");

        using var allowed = Build(allow: true);
        await allowed.StartAsync();
        await allowed.StopAsync();

        static IHost Build(bool allow)
        {
            var builder = TestHost.Builder();
            builder.Services.AddWebhooks(o => o.Sending.AllowForeignPrimaryHandler = allow)
                .HttpClient.ConfigurePrimaryHttpMessageHandler(() => new HttpClientHandler());
            return builder.Build();
        }
    }

    private static async Task<(IHost Host, TestHost.Logs Logs)> StartAsync(
        string environment, Action<WebhooksBuilder>? build = null, Action<WebhookOptions>? configure = null)
    {
        var builder = TestHost.Builder(environment);
        var logs = new TestHost.Logs();
        builder.Logging.AddProvider(logs).AddFilter("Microsoft", LogLevel.None);
        var webhooks = builder.Services.AddWebhooks(configure).AddEvent("raw.made");
        build?.Invoke(webhooks);
        var host = builder.Build();
        await host.StartAsync();
        return (host, logs);
    }

    private sealed class NoEgress : EgressPolicy
    {
        public override WebhookError? CheckAddress(Uri origin, IPAddress address) => Refuse("Nowhere.", "None.");

        protected override WebhookError? CheckOrigin(Uri url) => Refuse("Nowhere.", "None.");
    }

    private sealed class ElsewhereStore : ISubscriptionStore
    {
        private readonly InMemorySubscriptionStore _store = new();

        public ValueTask<Subscription?> FindAsync(SubscriptionId id, CancellationToken cancellationToken) => _store.FindAsync(id, cancellationToken);

        public ValueTask<Subscription> AddAsync(Subscription subscription, CancellationToken cancellationToken) =>
            _store.AddAsync(subscription, cancellationToken);

        public ValueTask<Subscription> UpdateAsync(Subscription subscription, CancellationToken cancellationToken) =>
            _store.UpdateAsync(subscription, cancellationToken);

        public ValueTask<bool> RemoveAsync(SubscriptionId id, CancellationToken cancellationToken) => _store.RemoveAsync(id, cancellationToken);

        public ValueTask<Page<Subscription>> ListAsync(SubscriptionQuery query, CancellationToken cancellationToken) =>
            _store.ListAsync(query, cancellationToken);

        public ValueTask<IReadOnlyList<IReadOnlyList<SubscriptionId>>> MatchAsync(IReadOnlyList<EventToMatch> events, CancellationToken cancellationToken) =>
            _store.MatchAsync(events, cancellationToken);
    }
}
