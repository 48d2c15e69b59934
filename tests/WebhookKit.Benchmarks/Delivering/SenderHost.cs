using System.Globalization;

namespace WebhookKit.Benchmarks.Delivering;

/// <summary>Builds the hosts that publish and send.</summary>
internal static class SenderHost
{
    /// <summary>How many endpoints the receiver plays.</summary>
    public const int Endpoints = 16;

    public static string EventType(int number) => string.Create(CultureInfo.InvariantCulture, $"benchmark.event{number}");

    public static string UrlOf(string receiver, int endpoint) => string.Create(CultureInfo.InvariantCulture, $"{receiver}/hooks/{endpoint}");

    public static IHost Build(Action<WebhooksBuilder> store, IEnumerable<string> eventTypes, Action<WebhookOptions>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        var webhooks = builder.Services.AddWebhooks(options =>
        {
            options.Egress.AllowHttpToLoopback = true;
            options.Dispatcher.MaxConcurrency = Concurrently.Degree;
            options.Dispatcher.MaxConcurrencyPerSubscription = Concurrently.Degree;
            configure?.Invoke(options);
        });
        foreach (var eventType in eventTypes)
            webhooks.AddEvent(eventType);
        store(webhooks);
        return builder.Build();
    }
}
