using System.Globalization;
using Npgsql;
using WebhookKit.FaultTests.Stores;

namespace WebhookKit.FaultTests.Backlog;

/// <summary>
/// Measures the queue with little in it, fills it, and measures again with all of it waiting: the rates should not depend on how much waits. Nothing is sent.
/// Then everything is worked off, so that nothing can hide.
/// </summary>
internal sealed class BacklogRun(RunSettings settings, RunPlace place)
{
    private const int Subscriptions = 100;
    private const int WarmUp = 5_000;
    private const int LargestSample = 50_000;
    private static readonly TimeSpan LongestDrain = TimeSpan.FromMinutes(30);

    private readonly RunOutcome _outcome = new();

    private int Sample => Math.Clamp(settings.Messages / 10, 1, LargestSample);

    /// <summary>Runs it; 0 if all that was accepted was leased and settled.</summary>
    public static async Task<int> ExecuteAsync(RunSettings settings, CancellationToken cancellationToken)
    {
        await using var place = await RunPlace.OpenAsync(settings, cancellationToken);
        return await new BacklogRun(settings, place).RunAsync(cancellationToken);
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var host = Build();
        await host.StartAsync(cancellationToken);
        var filling = new Filling(host.Services.GetRequiredService<IWebhookPublisher>(), await SubscribeAsync(host.Services, cancellationToken));
        var working = new Working(host.Services.GetRequiredService<IWebhookStore>());

        // The first calls compile what they use.
        await filling.PublishAsync(WarmUp, cancellationToken);
        await working.SettleAsync(WarmUp, cancellationToken);
        var enqueueAtStart = await filling.PublishAsync(Sample, cancellationToken);
        _outcome.Say($"{Sample} enqueued");
        var (leaseAtStart, settleAtStart) = await working.SettleAsync(Sample, cancellationToken);
        for (var left = settings.Messages - Sample; left > 0; left -= Math.Min(left, LargestSample))
        {
            await filling.PublishAsync(Math.Min(left, LargestSample), cancellationToken);
            _outcome.Say($"{settings.Messages - left} waiting");
        }

        var enqueueAtEnd = await filling.PublishAsync(Sample, cancellationToken);
        var log = host.Services.GetRequiredService<IDeliveryLog>();
        var waiting = (await log.MeasureAsync(cancellationToken)).Waiting;
        var (leaseAtEnd, settleAtEnd) = await working.SettleAsync(Sample, cancellationToken);

        Print("", "at the start", "at the end", "per second");
        Print("enqueued", enqueueAtStart, enqueueAtEnd);
        Print("leased", leaseAtStart, leaseAtEnd);
        Print("settled", settleAtStart, settleAtEnd);
        var size = await SizeAsync(cancellationToken);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"waiting={waiting} database={size / 1048576.0:F0}MiB process={Environment.WorkingSet / 1048576.0:F0}MiB "
            + $"managed={GC.GetTotalMemory(forceFullCollection: true) / 1048576.0:F0}MiB"));

        await DrainAsync(filling, working, cancellationToken);
        var stranded = (await log.MeasureAsync(cancellationToken)).Waiting;
        await host.StopAsync(cancellationToken);
        return _outcome.Report(filling.Accepted, working.Settled, stranded);
    }

    private async Task DrainAsync(Filling filling, Working working, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(LongestDrain);
        try
        {
            while (filling.Accepted - working.Settled is var left and > 0)
            {
                _outcome.Say($"{left} waiting");
                if (await working.SettleAsync((int)Math.Min(left, 4 * LargestSample), deadline.Token) is (0, _))
                    return;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What still waits is counted as stranded.
        }
    }

    private IHost Build()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        builder.Services
            .AddWebhooks(options =>
            {
                options.Dispatcher.Enabled = false;
                options.InMemory.MaxMessages = options.InMemory.MaxDeliveries = settings.Messages + LargestSample;
            })
            .AddEvent(Filling.EventType)
            .Use(settings.Store, place.Connection, prepares: true);
        return builder.Build();
    }

    private static async Task<IReadOnlyList<SubscriptionId>> SubscribeAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var subscriptions = services.GetRequiredService<IWebhookSubscriptions>();
        List<SubscriptionId> ids = [];
        for (var i = 0; i < Subscriptions; i++)
        {
            var subscription = new Subscription { Url = $"https://receiver-{i}.example/hooks", Events = [EventPattern.Parse(Filling.EventType)] };
            ids.Add((await subscriptions.CreateAsync(subscription, cancellationToken)).Id);
        }

        return ids;
    }

    private async Task<long> SizeAsync(CancellationToken cancellationToken)
    {
        switch (settings.Store)
        {
            case StoreKind.Sqlite:
                var path = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = place.Connection }["Data Source"].ToString()!;
                return new[] { path, path + "-wal", path + "-shm" }.Where(File.Exists).Sum(file => new FileInfo(file).Length);
            case StoreKind.PostgreSql:
                await using (var connection = new NpgsqlConnection(place.Connection))
                {
                    await connection.OpenAsync(cancellationToken);
                    await using var command = new NpgsqlCommand("select pg_database_size(current_database())", connection);
                    return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
                }

            default:
                return 0;
        }
    }

    private static void Print(string what, params ReadOnlySpan<object> cells)
    {
        var line = what.PadRight(10);
        foreach (var cell in cells)
            line += (cell is double rate ? rate.ToString("F0", CultureInfo.InvariantCulture) : cell.ToString())!.PadLeft(14);
        Console.WriteLine(line);
    }
}
