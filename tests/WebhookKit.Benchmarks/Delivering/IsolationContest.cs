using WebhookKit.Benchmarks.Receiver;
using WebhookKit.Benchmarks.Running;

namespace WebhookKit.Benchmarks.Delivering;

/// <summary>99 healthy endpoints beside one that never answers and has 100,000 deliveries waiting, against the same without those.</summary>
internal sealed class IsolationContest(ReceiverProcess receiver, IsolationContest.Side blocked, IsolationContest.Side free) : IContest
{
    private const int Healthy = 99;
    private const int Waiting = 100_000;
    private const int Deliveries = 20_000;
    private const string HangingType = "benchmark.hanging";

    public static async Task<IContest> OpenAsync(BenchmarkPlace place, CancellationToken cancellationToken)
    {
        var receiver = await place.ReceiverAsync(cancellationToken);
        var blocked = await Side.OpenAsync(receiver, Waiting, cancellationToken);
        return new IsolationContest(receiver, blocked, await Side.OpenAsync(receiver, waiting: 0, cancellationToken));
    }

    public Task<Sample> SubjectAsync(CancellationToken cancellationToken) => blocked.SendAsync(receiver, cancellationToken);

    public async Task<Sample?> ReferenceAsync(CancellationToken cancellationToken) => await free.SendAsync(receiver, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await blocked.DisposeAsync();
        await free.DisposeAsync();
    }

    /// <summary>One host with its endpoints.</summary>
    internal sealed class Side(IHost host, int waiting) : IAsyncDisposable
    {
        private readonly IWebhookPublisher _publisher = host.Services.GetRequiredService<IWebhookPublisher>();

        public static async Task<Side> OpenAsync(ReceiverProcess receiver, int waiting, CancellationToken cancellationToken)
        {
            var host = SenderHost.Build(_ => { }, Enumerable.Range(0, Healthy).Select(SenderHost.EventType).Append(HangingType), options =>
            {
                options.Dispatcher.ShutdownGrace = TimeSpan.Zero;
                options.InMemory.MaxMessages = Waiting * 2;
                options.InMemory.MaxBytes = 1L << 30;
            });
            await host.StartAsync(cancellationToken);
            var subscriptions = host.Services.GetRequiredService<IWebhookSubscriptions>();
            for (var i = 0; i < Healthy; i++)
                await subscriptions.CreateAsync(To(SenderHost.UrlOf(receiver.Url, i), SenderHost.EventType(i)), cancellationToken);
            await subscriptions.CreateAsync(To(receiver.Url + ReceiverProgram.HangPath, HangingType), cancellationToken);
            var side = new Side(host, waiting);
            for (var i = 0; i < waiting; i++)
                await side._publisher.PublishJsonAsync(HangingType, Bodies.OneKibibyte, cancellationToken: cancellationToken);
            return side;
        }

        public async Task<Sample> SendAsync(ReceiverProcess receiver, CancellationToken cancellationToken)
        {
            var delivered = new Delivered(receiver, host.Services.GetRequiredService<IDeliveryLog>());
            var answered = await receiver.CountAsync(cancellationToken) + Deliveries;
            return await Sample.OfAsync(Deliveries, async () =>
            {
                await Concurrently.RunAsync(Deliveries, number => _publisher.PublishAsync(number % Healthy, number));
                await delivered.UntilAsync(answered, waiting, cancellationToken);
            });
        }

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            host.Dispose();
        }

        private static Subscription To(string url, string eventType) => new() { Url = url, Events = [EventPattern.Parse(eventType)] };
    }
}
