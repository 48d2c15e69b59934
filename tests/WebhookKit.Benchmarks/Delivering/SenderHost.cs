using System.Globalization;

namespace WebhookKit.Benchmarks.Delivering;

/// <summary>Builds the hosts that publish and send.</summary>
internal static class SenderHost
{
    /// <summary>How many endpoints the receiver plays.</summary>
    public const int Endpoints = 16;

    private static readonly string[] EventTypes = [.. Enumerable.Range(0, 100).Select(i => string.Create(CultureInfo.InvariantCulture, $"benchmark.event{i}"))];
    private static readonly PublishOptions[] Options = [.. EventTypes.Select(eventType => new PublishOptions { EventType = eventType })];

    public static string EventType(int number) => EventTypes[number];

    /// <summary>Publishes one event as a host does.</summary>
    public static Task<PublishResult> PublishAsync(this IWebhookPublisher publisher, int eventType, int number) =>
        publisher.PublishAsync(BenchmarkEvent.Of(number), Options[eventType]);

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
            webhooks.AddEvent<BenchmarkEvent>(eventType);
        store(webhooks);
        return builder.Build();
    }
}
