using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using WebhookKit;
using WebhookKit.Testing;
using WebhookKit.Testing.Harness;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a test harness to a host that sends webhooks.</summary>
public static class WebhookTestHarnessServiceCollectionExtensions
{
    private const int MaxConcurrency = 10_000;

    /// <summary>
    /// Puts the host's webhooks into the hands of a test, after the host's own <c>AddWebhooks</c>: requests are captured instead of sent, time is a
    /// <see cref="VirtualClock"/>, and publishes and the store's calls are watched. Everything else stays as the host has it: its store, its subscriptions, its
    /// settings. Called again, it changes nothing.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="clock">The clock to use; null makes one.</param>
    /// <returns>The services. The started host's <see cref="WebhookTestHarness"/> is got from its provider.</returns>
    /// <exception cref="WebhookException">The services have no <c>AddWebhooks</c> yet.</exception>
    /// <remarks>
    /// The clock becomes the host's <see cref="TimeProvider"/>, so it goes for all of its services that take one. Requests may go to any URL, one
    /// at a time, whatever concurrency is set. The store must take its time from the host's <see cref="TimeProvider"/>.
    /// </remarks>
    public static IServiceCollection AddWebhooksTestHarness(this IServiceCollection services, VirtualClock? clock = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(service => service.ServiceType == typeof(WebhookTestHarness)))
            return services;
        var webhooks = (WebhooksBuilder?)services.LastOrDefault(service => service.ServiceType == typeof(WebhooksBuilder))?.ImplementationInstance
            ?? throw new WebhookException("Call AddWebhooks first: the harness goes around what it added.");
        var parts = new HarnessParts(clock ?? new VirtualClock());
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(parts.Clock));
        services.Replace(ServiceDescriptor.Singleton<RetryJitter>(new NoJitter()));
        webhooks.UseEgressPolicy(_ => new AnyUrl());
        webhooks.HttpClient.ConfigurePrimaryHttpMessageHandler(
            _ => new CapturingHandler(parts.Script, parts.Sent, parts.HandedOut, parts.Stillness, parts.Clock));
        services.PostConfigure<WebhookOptions>(options =>
        {
            options.Sending.AllowForeignPrimaryHandler = true;
            // Requests that wait for their timeout must not keep others from being sent: what is to be in order is seen to by the store.
            options.Dispatcher.MaxConcurrency = MaxConcurrency;
        });
        Wrap<IWebhookPublisher>(services, (inner, _) => new HarnessPublisher(inner, parts.Stillness, parts.Published));
        Wrap<IWebhookStore>(services, (inner, _) => new HarnessStore(inner, parts.Stillness, parts.HandedOut, parts.Clock, isUnderHarness: true));
        services.AddSingleton<IHostedService>(new HarnessLifetime(parts));
        services.AddSingleton(provider => new WebhookTestHarness(
            parts,
            (HarnessStore)provider.GetRequiredService<IWebhookStore>(),
            new WaitingDeliveries(provider.GetRequiredService<IDeliveryLog>(), provider.GetRequiredService<ISubscriptionStore>(), parts.Clock),
            provider.GetRequiredService<DispatcherOptions>().Enabled));
        return services;
    }

    /// <summary>Puts something around a service as it is registered; the provider keeps what is within, and disposes of it.</summary>
    private static void Wrap<T>(IServiceCollection services, Func<T, IServiceProvider, T> around) where T : class
    {
        var registered = services.Last(service => service.ServiceType == typeof(T) && !service.IsKeyedService);
        var key = new object();
        services.Add(registered switch
        {
            { ImplementationInstance: { } instance } => new ServiceDescriptor(typeof(T), key, instance),
            { ImplementationFactory: { } factory } => new ServiceDescriptor(typeof(T), key, (provider, _) => factory(provider), registered.Lifetime),
            _ => new ServiceDescriptor(typeof(T), key, registered.ImplementationType!, registered.Lifetime),
        });
        services.Replace(ServiceDescriptor.Singleton(provider => around(provider.GetRequiredKeyedService<T>(key), provider)));
    }
}
