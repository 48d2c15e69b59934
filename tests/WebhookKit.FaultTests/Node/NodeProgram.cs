using System.Globalization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WebhookKit.FaultTests.Processes;
using WebhookKit.FaultTests.Stores;

namespace WebhookKit.FaultTests.Node;

/// <summary>A node's own process: an ordinary host that publishes and sends, until it is told to stop, or is killed.</summary>
internal static class NodeProgram
{
    public const string Role = "node";

    /// <summary>The shortest there is: what a killed node held is taken over after it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    /// <summary>How long a node waits for an answer; the receiver's slow answers are quicker.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync()
    {
        var order = await ParentPipe.ReadAsync<NodeOrder>();
        using var stopping = new CancellationTokenSource();
        using var host = Build(order);
        await host.StartAsync();
        await SubscribeAsync(host.Services.GetRequiredService<IWebhookSubscriptions>(), order);

        using var ledger = new AcceptedLedger(order.Ledger);
        using var feed = new EventFeed(host.Services.GetRequiredService<IWebhookPublisher>(), order, ledger, TimeProvider.System);
        var drain = new Drain(host.Services);
        ParentPipe.Listen(line =>
        {
            switch (line.Split(' '))
            {
                case ["limit", var limit]:
                    feed.MoveLimit(int.Parse(limit, CultureInfo.InvariantCulture));
                    break;
                case ["drain"]:
                    _ = drain.RunAsync(stopping.Token);
                    break;
                case ["stop"]:
                    stopping.Cancel();
                    break;
            }
        });
        ParentPipe.Say("ready");
        try
        {
            await feed.RunAsync(stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await host.StopAsync();
        }

        return 0;
    }

    private static IHost Build(NodeOrder order)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Warning)
            .AddSimpleConsole(console => console.TimestampFormat = "HH:mm:ss.fff ")
            .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new ShiftedTime(order.ClockOffset)));
        var webhooks = builder.Services.AddWebhooks(options =>
        {
            options.Egress.AllowHttpToLoopback = true;
            options.Sending.Timeout = Timeout;
            options.Dispatcher.LeaseDuration = Lease;
            options.Dispatcher.ShutdownGrace = TimeSpan.FromSeconds(5);
            // Enough that nothing is given up: what the receiver fails, it accepts at one of the next attempts.
            options.Retry.Schedule = [TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(0.5), .. Enumerable.Repeat(TimeSpan.FromSeconds(1), 40)];
        });
        foreach (var eventType in TestSubscription.EventTypes)
            webhooks.AddEvent<FaultEvent>(eventType);
        // So that the receiver can tell whose request it has.
        webhooks.HttpClient.ConfigureHttpClient(client => client.DefaultRequestHeaders.Add(Receiver.ReceiverProgram.SourceHeader, order.Source));
        // Every other seed and every other node, so that several runs, and several nodes, have both.
        webhooks.Use(order.Store, order.Connection, prepares: (order.Seed + order.First) % 2 == 0);
        return builder.Build();
    }

    private static async Task SubscribeAsync(IWebhookSubscriptions subscriptions, NodeOrder order)
    {
        foreach (var subscription in order.Subscriptions.Select(s => s.ToSubscription(order.Receiver)))
        {
            if (await subscriptions.FindAsync(subscription.Id) is null)
                await subscriptions.CreateAsync(subscription);
        }
    }
}
