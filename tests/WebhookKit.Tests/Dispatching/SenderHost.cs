using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WebhookKit.Dispatching;
using WebhookKit.InMemory;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

/// <summary>A host that sends, with the in-memory store behind a probe and, if the test wants it, time in the test's hands.</summary>
internal sealed class SenderHost : IAsyncDisposable
{
    private readonly IHost _host;
    private bool _stopped;

    private SenderHost(IHost host, StoreProbe store, LogLines log)
    {
        _host = host;
        Store = store;
        LogLines = log;
    }

    public StoreProbe Store { get; }

    public LogLines LogLines { get; }

    public IServiceProvider Services => _host.Services;

    public IWebhookPublisher Publisher => Services.GetRequiredService<IWebhookPublisher>();

    public IWebhookSubscriptions Subscriptions => Services.GetRequiredService<IWebhookSubscriptions>();

    public static Task<SenderHost> StartAsync(Action<WebhookOptions>? configure = null, VirtualClock? clock = null) =>
        StartAsync(configure, clock, store: null);

    public static async Task<SenderHost> StartAsync(
        Action<WebhookOptions>? configure, VirtualClock? clock, IWebhookStore? store,
        ISubscriptionStore? subscriptions = null, Action<WebhooksBuilder>? build = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        var log = new LogLines();
        builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Information);
        TimeProvider time = clock ?? TimeProvider.System;
        builder.Services.AddSingleton(time);
        var probe = new StoreProbe(store ?? new InMemoryStore(new InMemoryStoreOptions(), time));
        var webhooks = builder.Services.AddWebhooks(options =>
        {
            options.Egress.AllowHttpToLoopback = true;
            // Real time, whatever clock the test has.
            options.Sending.ConnectTimeout = TimeSpan.FromSeconds(60);
            options.Dispatcher.ShutdownGrace = TimeSpan.Zero;
            options.Retention.Interval = TimeSpan.FromDays(7);
            if (clock is null)
            {
                // A request that hangs on purpose, or a machine that stalls, must neither time out nor cost a lease.
                options.Sending.Timeout = TimeSpan.FromSeconds(60);
                options.Dispatcher.LeaseDuration = TimeSpan.FromMinutes(3);
            }

            configure?.Invoke(options);
        });
        webhooks.AddEvent("thing.happened").AddEvent("thing.changed").AddEvent("other.happened").UseStore(_ => probe);
        if (subscriptions is not null)
            webhooks.UseSubscriptionStore(_ => subscriptions);
        build?.Invoke(webhooks);
        var host = new SenderHost(builder.Build(), probe, log);
        await host._host.StartAsync();
        host.StopBy(new PatientTime());
        return host;
    }

    public Task<Subscription> SubscribeAsync(string url, Func<Subscription, Subscription>? configure = null)
    {
        var subscription = new Subscription { Url = url, Events = [EventPattern.All] };
        return Subscriptions.CreateAsync(configure is null ? subscription : configure(subscription));
    }

    public async Task<string> PublishAsync(string eventType = "thing.happened", string json = """{"n":1}""") =>
        (await Publisher.PublishJsonAsync(eventType, System.Text.Encoding.UTF8.GetBytes(json))).MessageId;

    public async Task<IReadOnlyList<DeliveryRecord>> DeliveriesAsync(DeliveryQuery? query = null) =>
        (await Store.ListDeliveriesAsync((query ?? new DeliveryQuery { AllTenants = true }) with { Limit = 1000 }, default)).Items;

    public async Task<DeliveryRecord> DeliveryAsync() => (await DeliveriesAsync()).Should().ContainSingle().Subject;

    /// <summary>Sets what the limits of a stop go by.</summary>
    public void StopBy(TimeProvider time) => Services.GetServices<IHostedService>().OfType<DispatchService>().Single().HostTime = time;

    public async Task StopAsync()
    {
        _stopped = true;
        await _host.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
            await StopAsync();
        _host.Dispose();
    }
}
