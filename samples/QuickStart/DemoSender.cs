using WebhookKit;

namespace QuickStart;

/// <summary>The product that sends: an ordinary host with WebhookKit in it. Retry times and the leave to use HTTP are in appsettings.json.</summary>
internal sealed class DemoSender : IAsyncDisposable
{
    private readonly IHost _host;

    private DemoSender(IHost host) => _host = host;

    public IWebhookSubscriptions Subscriptions => _host.Services.GetRequiredService<IWebhookSubscriptions>();

    public IDeliveryLog Log => _host.Services.GetRequiredService<IDeliveryLog>();

    private IWebhookPublisher Publisher => _host.Services.GetRequiredService<IWebhookPublisher>();

    public static async Task<DemoSender> StartAsync(int events, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Services
            .AddWebhooks(options => options.InMemory.MaxHistory = Math.Max(options.InMemory.MaxHistory, events * 4))
            .AddEvent<InspectionStarted>()
            .AddEvent<InspectionCompleted>()
            .AddEvent<InvoicePaid>();
        var sender = new DemoSender(builder.Build());
        await sender._host.StartAsync(cancellationToken);
        return sender;
    }

    /// <summary>
    /// Publishes events of two types in turn; waits where the store is full until deliveries have drained. Answers with how many were accepted.
    /// </summary>
    public async Task<int> PublishAsync(int events, CancellationToken cancellationToken)
    {
        var accepted = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < events; i++)
        {
            while (true)
            {
                try
                {
                    accepted.Add((await PublishOneAsync(i, cancellationToken)).MessageId);
                    break;
                }
                catch (QueueFullException)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
                }
            }
        }

        return accepted.Count;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    private Task<PublishResult> PublishOneAsync(int i, CancellationToken cancellationToken) => i % 2 == 0
        ? Publisher.PublishAsync(new InspectionStarted(i, "Ada"), cancellationToken: cancellationToken)
        : Publisher.PublishAsync(new InspectionCompleted(i, Defects: i % 7, RepairCost: 99.50m), cancellationToken: cancellationToken);
}
