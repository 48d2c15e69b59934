using System.Collections.Concurrent;
using WebhookKit;

namespace QuickStart;

/// <summary>The product that sends: an ordinary host with WebhookKit in it. Retry times and the leave to use HTTP are in appsettings.json.</summary>
internal sealed class DemoSender : IAsyncDisposable
{
    private const int PublishesAtOnce = 16;

    private readonly IHost _host;

    public DemoSender(Settings settings)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        var webhooks = builder.Services
            .AddWebhooks(options => options.InMemory.MaxHistory = Math.Max(options.InMemory.MaxHistory, settings.Events * 4))
            .AddEvent<InspectionStarted>()
            .AddEvent<InspectionCompleted>()
            .AddEvent<InvoicePaid>();
        if (settings.Store == DemoStore.Sqlite)
            webhooks.UseSqlite(settings.Connection ?? "Data Source=quickstart.db");
        else if (settings.Store == DemoStore.PostgreSql)
            webhooks.UsePostgreSql(settings.Connection!);
        _host = builder.Build();
    }

    public IWebhookSubscriptions Subscriptions => _host.Services.GetRequiredService<IWebhookSubscriptions>();

    public IDeliveryLog Log => _host.Services.GetRequiredService<IDeliveryLog>();

    private IWebhookPublisher Publisher => _host.Services.GetRequiredService<IWebhookPublisher>();

    /// <summary>Begins to send: also what an earlier process has left.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _host.StartAsync(cancellationToken);

    /// <summary>
    /// Publishes the events of a run, of two types in turn; waits where the store is full until deliveries have drained. Each has an idempotency key, so what
    /// was accepted before an interruption is not accepted twice. Answers with how many are accepted now.
    /// </summary>
    public async Task<int> PublishAsync(DemoRun run, CancellationToken cancellationToken)
    {
        var accepted = new ConcurrentDictionary<string, PublishResult>(StringComparer.Ordinal);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = PublishesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, run.Events, parallel, async (i, token) =>
        {
            var result = await PublishOneAsync(run, i, token);
            accepted[result.MessageId] = result;
        });
        run.Resumed = accepted.Values.Count(result => result.IsDuplicate);
        return accepted.Count;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    private async Task<PublishResult> PublishOneAsync(DemoRun run, int i, CancellationToken cancellationToken)
    {
        var options = new PublishOptions { Tenant = run.Tenant, IdempotencyKey = $"inspection-event-{i}" };
        while (true)
        {
            try
            {
                return i % 2 == 0
                    ? await Publisher.PublishAsync(new InspectionStarted(i, "Ada"), options, cancellationToken)
                    : await Publisher.PublishAsync(new InspectionCompleted(i, Defects: i % 7, RepairCost: 99.50m), options, cancellationToken);
            }
            catch (QueueFullException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
        }
    }
}
