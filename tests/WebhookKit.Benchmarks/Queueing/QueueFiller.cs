using WebhookKit.Benchmarks.Delivering;

namespace WebhookKit.Benchmarks.Queueing;

/// <summary>A host that publishes, each event to all of its subscriptions, and sends nothing.</summary>
internal sealed class QueueFiller : IAsyncDisposable
{
    private const int Publishers = 4;
    private const int EventsAtOnce = 50;
    private const string EventType = "benchmark.queued";

    private readonly IHost _host;
    private readonly IWebhookPublisher _publisher;
    private readonly int _subscriptions;

    private QueueFiller(IHost host, int subscriptions)
    {
        (_host, _subscriptions) = (host, subscriptions);
        _publisher = host.Services.GetRequiredService<IWebhookPublisher>();
        Queue = host.Services.GetRequiredService<IWebhookStore>();
    }

    public IDeliveryQueue Queue { get; }

    /// <param name="store">The store.</param>
    /// <param name="subscriptions">How many subscriptions, hence lanes, there are; none are made where another node of the store has made them.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<QueueFiller> OpenAsync(Action<WebhooksBuilder> store, int subscriptions, CancellationToken cancellationToken)
    {
        var host = SenderHost.Build(store, [EventType], options =>
        {
            options.Dispatcher.Enabled = false;
            options.InMemory.MaxBytes = 1L << 30;
        });
        await host.StartAsync(cancellationToken);
        var management = host.Services.GetRequiredService<IWebhookSubscriptions>();
        for (var i = 0; i < subscriptions; i++)
        {
            var subscription = new Subscription { Url = $"https://receiver-{i}.example/hooks", Events = [EventPattern.Parse(EventType)] };
            await management.CreateAsync(subscription, cancellationToken);
        }

        return new QueueFiller(host, subscriptions);
    }

    /// <summary>Has about that many deliveries more wait: whole events, and a whole call of them at the least.</summary>
    public async Task FillAsync(int deliveries, CancellationToken cancellationToken)
    {
        var events = (deliveries + _subscriptions - 1) / _subscriptions;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Publishers, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, (events + EventsAtOnce - 1) / EventsAtOnce, options, async (call, token) =>
        {
            var count = Math.Min(EventsAtOnce, events - (call * EventsAtOnce));
            await _publisher.PublishManyAsync(Enumerable.Range(0, count).Select(_ => PublishRequest.Json(EventType, Bodies.OneKibibyte)), token);
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
