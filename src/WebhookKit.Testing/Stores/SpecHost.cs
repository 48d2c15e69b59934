using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace WebhookKit.Testing.Stores;

/// <summary>A host under a harness, on stores that are somebody else's to dispose of. Its event types: thing.happened, thing.changed, other.happened.</summary>
internal sealed class SpecHost : IAsyncDisposable
{
    /// <summary>The group of thing.happened and thing.changed.</summary>
    public const string Group = "Things";

    private readonly ServiceProvider _services;
    private readonly IHostedService[] _hosted;

    private SpecHost(ServiceProvider services)
    {
        _services = services;
        _hosted = [.. services.GetServices<IHostedService>()];
        Harness = services.GetRequiredService<WebhookTestHarness>();
    }

    public WebhookTestHarness Harness { get; }

    public IWebhookPublisher Publisher => _services.GetRequiredService<IWebhookPublisher>();

    public IWebhookSubscriptions Subscriptions => _services.GetRequiredService<IWebhookSubscriptions>();

    public IWebhookOperations Operations => _services.GetRequiredService<IWebhookOperations>();

    public IDeliveryLog Log => _services.GetRequiredService<IDeliveryLog>();

    public static async Task<SpecHost> StartAsync(
        IWebhookStore store, ISubscriptionStore? subscriptions, VirtualClock clock, Action<WebhookOptions>? configure)
    {
        var services = new ServiceCollection();
        services.AddWebhooks(options =>
            {
                options.Dispatcher.ShutdownGrace = TimeSpan.Zero;
                // What is idle would be removed beside a spec that lets an hour pass, and a lane that is locked for that is not leased until the next look.
                options.Retention.Interval = TimeSpan.FromDays(7);
                configure?.Invoke(options);
            })
            .AddEvent("thing.happened", e => e.Group = Group).AddEvent("thing.changed", e => e.Group = Group).AddEvent("other.happened");
        // As instances, so that the provider leaves them alone at its end.
        services.Replace(ServiceDescriptor.Singleton(store));
        if (subscriptions is not null)
            services.Replace(ServiceDescriptor.Singleton(subscriptions));
        services.AddWebhooksTestHarness(clock);
        var host = new SpecHost(services.BuildServiceProvider());
        foreach (var hosted in host._hosted.OfType<IHostedLifecycleService>())
            await hosted.StartingAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var hosted in host._hosted)
            await hosted.StartAsync(CancellationToken.None).ConfigureAwait(false);
        return host;
    }

    /// <summary>Creates a subscription to everything of no tenant, unless it is told otherwise.</summary>
    public Task<Subscription> SubscribeAsync(Func<Subscription, Subscription>? configure = null)
    {
        var subscription = new Subscription { Url = "https://example.com/hook", Events = [EventPattern.All] };
        return Subscriptions.CreateAsync(configure is null ? subscription : configure(subscription));
    }

    /// <summary>Publishes one event, and answers with its message's id.</summary>
    public async Task<string> PublishAsync(string eventType = "thing.happened", PublishOptions? options = null) =>
        (await Publisher.PublishJsonAsync(eventType, "{}"u8.ToArray(), options).ConfigureAwait(false)).MessageId;

    /// <summary>Publishes many events in one call, and answers with their messages' ids.</summary>
    public async Task<IReadOnlyList<string>> PublishManyAsync(int count, PublishOptions? options = null)
    {
        var requests = Enumerable.Range(0, count).Select(_ => PublishRequest.Json("thing.happened", "{}"u8.ToArray(), options));
        return [.. (await Publisher.PublishManyAsync(requests).ConfigureAwait(false)).Select(result => result.MessageId)];
    }

    /// <summary>Sends what is due now; time stands still.</summary>
    public Task SendDueAsync() => Harness.AdvanceAsync(TimeSpan.Zero);

    public async ValueTask DisposeAsync()
    {
        foreach (var hosted in _hosted.OfType<IHostedLifecycleService>())
            await hosted.StoppingAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var hosted in _hosted.Reverse())
            await hosted.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await _services.DisposeAsync().ConfigureAwait(false);
    }
}
