using WebhookKit.Benchmarks.Receiver;
using WebhookKit.Benchmarks.Running;
using WebhookKit.FaultTests.Stores;

namespace WebhookKit.Benchmarks.Delivering;

/// <summary>The whole pipeline, from publish to settled and logged, against the reference loop.</summary>
internal sealed class DeliveryContest : IContest
{
    private readonly IHost _host;
    private readonly IWebhookPublisher _publisher;
    private readonly Delivered _delivered;
    private readonly ReceiverProcess _receiver;
    private readonly ReferenceLoop _reference;
    private readonly int _deliveries;
    private readonly int _fanOut;
    private readonly int _eventTypes;

    private DeliveryContest(IHost host, ReceiverProcess receiver, int deliveries, int fanOut, int eventTypes)
    {
        (_host, _receiver, _deliveries, _fanOut, _eventTypes) = (host, receiver, deliveries, fanOut, eventTypes);
        _publisher = host.Services.GetRequiredService<IWebhookPublisher>();
        _delivered = new Delivered(receiver, host.Services.GetRequiredService<IDeliveryLog>());
        _reference = new ReferenceLoop(receiver.Url);
    }

    public static Func<BenchmarkPlace, CancellationToken, Task<IContest>> Open(StoreKind store, int deliveries, int fanOut) =>
        (place, cancellationToken) => OpenAsync(place, store, deliveries, fanOut, cancellationToken);

    private static async Task<IContest> OpenAsync(BenchmarkPlace place, StoreKind store, int deliveries, int fanOut, CancellationToken cancellationToken)
    {
        var receiver = await place.ReceiverAsync(cancellationToken);
        var eventTypes = Math.Max(1, SenderHost.Endpoints / fanOut);
        var host = SenderHost.Build(await place.NewStoreAsync(store, cancellationToken), Enumerable.Range(0, eventTypes).Select(SenderHost.EventType));
        await host.StartAsync(cancellationToken);
        var subscriptions = host.Services.GetRequiredService<IWebhookSubscriptions>();
        for (var i = 0; i < eventTypes * fanOut; i++)
        {
            var subscription = new Subscription
            {
                Url = SenderHost.UrlOf(receiver.Url, i % SenderHost.Endpoints), Events = [EventPattern.Parse(SenderHost.EventType(i % eventTypes))],
            };
            await subscriptions.CreateAsync(subscription, cancellationToken);
        }

        return new DeliveryContest(host, receiver, deliveries, fanOut, eventTypes);
    }

    public async Task<Sample> SubjectAsync(CancellationToken cancellationToken)
    {
        var answered = await _receiver.CountAsync(cancellationToken) + _deliveries;
        return await Sample.OfAsync(_deliveries, async () =>
        {
            await Concurrently.RunAsync(_deliveries / _fanOut, number => _publisher.PublishAsync(number % _eventTypes, number));
            await _delivered.UntilAsync(answered, waiting: 0, cancellationToken);
        });
    }

    public async Task<Sample?> ReferenceAsync(CancellationToken cancellationToken) => await _reference.SendAsync(_deliveries);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _reference.Dispose();
    }
}
