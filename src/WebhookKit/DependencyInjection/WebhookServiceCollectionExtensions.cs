using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WebhookKit;
using WebhookKit.Composing;
using WebhookKit.DependencyInjection;
using WebhookKit.Dispatching;
using WebhookKit.Egress;
using WebhookKit.Envelopes;
using WebhookKit.InMemory;
using WebhookKit.Operations;
using WebhookKit.Publishing;
using WebhookKit.Sending;
using WebhookKit.Storage;
using WebhookKit.Subscriptions;
using WebhookKit.Telemetry;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds WebhookKit to a host.</summary>
public static class WebhookServiceCollectionExtensions
{
    /// <summary>
    /// Adds everything that publishes and sends webhooks: <see cref="IWebhookPublisher"/>, <see cref="IWebhookSubscriptions"/>,
    /// <see cref="IWebhookOperations"/>, <see cref="IDeliveryLog"/>, and the hosted services that send and that remove what is too old. Everything is
    /// kept in memory until a provider is added. Called again, it adds nothing but the further options.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options in code, after those of the configuration section <c>Webhooks</c>.</param>
    /// <returns>A builder to register event types with.</returns>
    /// <remarks>
    /// Whatever is wrong with the settings, configured keys that are no settings among it, stops the host from starting, with one
    /// <see cref="OptionsValidationException"/> that names every fault.
    /// </remarks>
    public static WebhooksBuilder AddWebhooks(this IServiceCollection services, Action<WebhookOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var builder = (WebhooksBuilder?)services.FirstOrDefault(d => d.ServiceType == typeof(WebhooksBuilder))?.ImplementationInstance;
        if (builder is null)
            services.AddSingleton(builder = Add(services));
        if (configure is not null)
            services.Configure(configure);
        return builder;
    }

    private static WebhooksBuilder Add(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        AddOptions(services);
        services.AddMetrics();
        services.AddLogging();
        services.TryAddSingleton<WebhookMetrics>();
        services.TryAddSingleton(sp =>
        {
            var options = sp.GetRequiredService<IOptions<WebhookOptions>>().Value;
            return new EventCatalog(sp.GetServices<EventRegistration>().Select(r => r.Resolve(options)));
        });

        services.TryAddSingleton<EgressPolicy, DefaultEgressPolicy>();
        services.TryAddSingleton<IWebhookStore>(sp => new InMemoryStore(sp.GetRequiredService<InMemoryStoreOptions>(), sp.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ISubscriptionStore, InMemorySubscriptionStore>();
        services.TryAddSingleton<IDeliveryQueue>(sp => sp.GetRequiredService<IWebhookStore>());
        services.TryAddSingleton<IDeliveryLog>(sp => sp.GetRequiredService<IWebhookStore>());
        services.TryAddSingleton<IStoreMaintenance>(sp => sp.GetRequiredService<IWebhookStore>());

        services.TryAddSingleton(sp => new SettingsFormat(
            new NamedParts([.. sp.GetServices<NamedPart>()]), sp.GetService<ISecretProtector>(), sp.GetRequiredService<QuietLogger>()));

        services.TryAddSingleton(sp => new EnvelopeChoice(
            sp.GetRequiredService<SubscriptionOptions>(), sp.GetRequiredService<EventCatalog>(), sp.GetServices<EventRegistration>().Select(r => r.Defaults)));
        // Asked without making the source, which may itself need what needs this.
        services.TryAddSingleton(_ => new InputCheck(services.Any(d => d.ServiceType == typeof(ITenantValueSource))));
        services.TryAddSingleton<SubscriptionHeaders>();
        services.TryAddSingleton<SubscriptionValidator>();
        services.TryAddSingleton<IWaitingDeliveries, WaitingDeliveries>();
        services.TryAddSingleton<WebhookSubscriptions>();
        services.TryAddSingleton<IWebhookSubscriptions>(sp => sp.GetRequiredService<WebhookSubscriptions>());
        services.TryAddSingleton<DestinationFactory>();
        services.TryAddSingleton<NoMatchExplainer>();
        services.TryAddSingleton<MessageFactory>();
        services.TryAddSingleton<DraftFactory>();
        services.TryAddSingleton<TargetFinder>();
        services.TryAddSingleton<WebhookPublisher>();
        services.TryAddSingleton<IWebhookPublisher>(sp => sp.GetRequiredService<WebhookPublisher>());
        services.TryAddSingleton<ITransactionalPublishing>(sp => sp.GetRequiredService<WebhookPublisher>());
        AddDispatcher(services);
        AddOperations(services);
        return new WebhooksBuilder(services, WebhookHttpClient.Register(services));
    }

    private static void AddOptions(IServiceCollection services)
    {
        // Before everything that is there already: the host may have called Configure<WebhookOptions> earlier, and code wins over configuration.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<WebhookOptions>, WebhookOptionsBinder>());
        services.AddOptions<WebhookOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<WebhookOptions>, WebhookOptionsValidator>();
        Expose(services, o => o.Tenants);
        Expose(services, o => o.Publishing);
        Expose(services, o => o.Subscriptions);
        Expose(services, o => o.Sending);
        Expose(services, o => o.Envelopes);
        Expose(services, o => o.Retry);
        Expose(services, o => o.Dispatcher);
        Expose(services, o => o.Retention);
        Expose(services, o => o.Egress);
        Expose(services, o => o.InMemory);
    }

    /// <summary>Each room sees its own settings only.</summary>
    private static void Expose<T>(IServiceCollection services, Func<WebhookOptions, T> part) where T : class =>
        services.TryAddSingleton(sp => part(sp.GetRequiredService<IOptions<WebhookOptions>>().Value));

    private static void AddDispatcher(IServiceCollection services)
    {
        services.TryAddSingleton(sp => new DeliverySettings(
            sp.GetRequiredService<SubscriptionOptions>(), sp.GetRequiredService<RetryOptions>(), sp.GetRequiredService<DispatcherOptions>(),
            sp.GetServices<EventRegistration>().Select(r => r.Defaults)));
        services.TryAddSingleton<RenderingCache>();
        services.TryAddSingleton<Renderer>();
        services.TryAddSingleton<RequestSettings>();
        services.TryAddSingleton<RequestComposer>();
        services.TryAddSingleton<MessageSender>();
        services.TryAddSingleton<QuietLogger>();
        services.TryAddSingleton<RetryJitter>();
        services.TryAddSingleton<SettlementRules>();
        services.TryAddSingleton<LeaseKeeper>();
        services.TryAddSingleton<SettlementBatcher>();
        services.TryAddSingleton<AttemptObserver>();
        services.TryAddSingleton<OperationalEvents>();
        services.TryAddSingleton<DeliveryPipe>();
        services.TryAddSingleton<SettlementFollower>();
        services.TryAddSingleton<SlotPool>();
        services.TryAddSingleton<LaneLoop>();
        services.TryAddSingleton<QueueSampler>();
        services.AddSingleton<IHostedService, StartupCheck>();
        services.AddSingleton<IHostedService, DispatchService>();
    }

    private static void AddOperations(IServiceCollection services)
    {
        services.TryAddSingleton<Takers>();
        services.TryAddSingleton<Resender>();
        services.TryAddSingleton<Recovery>();
        services.TryAddSingleton<Replay>();
        services.TryAddSingleton<Cancellation>();
        services.TryAddSingleton<Erasure>();
        services.TryAddSingleton<Explainer>();
        services.TryAddSingleton<MatchExplainer>();
        services.TryAddSingleton<RequestDrafter>();
        services.TryAddSingleton<Previewer>();
        services.TryAddSingleton<Pinger>();
        services.TryAddSingleton<Reprotection>();
        services.TryAddSingleton<IWebhookOperations, WebhookOperations>();
        services.AddSingleton<IHostedService>(sp => new RetentionService(
            sp.GetRequiredService<IStoreMaintenance>(), sp.GetRequiredService<RetentionOptions>(), sp.GetRequiredService<DispatcherOptions>().Enabled,
            sp.GetRequiredService<TimeProvider>(), sp.GetRequiredService<QuietLogger>()));
    }
}
