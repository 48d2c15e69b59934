using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Testing.Harness;

/// <summary>A host under a harness, with shorthand for what its tests say again and again.</summary>
internal sealed class HarnessHost : IAsyncDisposable
{
    private readonly IHost _host;

    private HarnessHost(IHost host)
    {
        _host = host;
        Harness = host.Services.GetRequiredService<WebhookTestHarness>();
    }

    public WebhookTestHarness Harness { get; }

    public IServiceProvider Services => _host.Services;

    public IWebhookPublisher Publisher => Services.GetRequiredService<IWebhookPublisher>();

    public IWebhookSubscriptions Subscriptions => Services.GetRequiredService<IWebhookSubscriptions>();

    public IDeliveryLog Log => Services.GetRequiredService<IDeliveryLog>();

    public static async Task<HarnessHost> StartAsync(
        Action<WebhookOptions>? configure = null, Action<WebhooksBuilder>? build = null, Action<IServiceCollection>? services = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        var webhooks = builder.Services.AddWebhooks(configure).AddEvent("thing.happened").AddEvent("thing.changed").AddEvent("other.happened");
        build?.Invoke(webhooks);
        services?.Invoke(builder.Services);
        builder.Services.AddWebhooksTestHarness();
        var host = builder.Build();
        await host.StartAsync();
        return new HarnessHost(host);
    }

    public Task<Subscription> SubscribeAsync(string url = "https://example.com/hook", Func<Subscription, Subscription>? configure = null)
    {
        var subscription = new Subscription { Url = url, Events = [EventPattern.All] };
        return Subscriptions.CreateAsync(configure is null ? subscription : configure(subscription));
    }

    public async Task<string> PublishAsync(string eventType = "thing.happened", string json = """{"n":1}""") =>
        (await Publisher.PublishJsonAsync(eventType, System.Text.Encoding.UTF8.GetBytes(json))).MessageId;

    public async Task<IReadOnlyList<DeliveryRecord>> DeliveriesAsync() =>
        (await Log.ListDeliveriesAsync(new DeliveryQuery { AllTenants = true, Limit = 1000 }, default)).Items;

    public async Task<DeliveryRecord> DeliveryAsync() => (await DeliveriesAsync()).Should().ContainSingle().Subject;

    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
