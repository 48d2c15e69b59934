using QuickStart;
using WebhookKit;

return await Settings.InvokeAsync(args, async (settings, cancellation) =>
{
    try
    {
        return settings.To is null ? await ShowAsync(settings, cancellation) : await SendAsync(settings, cancellation);
    }
    catch (WebhookException e)
    {
        Console.Error.WriteLine(e.Message);
        return 2;
    }
    catch (OperationCanceledException) when (settings.Store != DemoStore.Memory)
    {
        Console.Error.WriteLine("Stopped. Start it again, and it finishes what it has begun.");
        return 130;
    }
});

// A publisher and four subscribers of its own: one healthy, one that fails twice, one that asks for something else, one that does not know its secret.
static async Task<int> ShowAsync(Settings settings, CancellationToken cancellation)
{
    var report = new Report(settings);
    await using var receiver = await DemoReceiver.StartAsync(cancellation);
    await using var sender = new DemoSender(settings);
    var run = await DemoRun.FindAsync(sender.Subscriptions, "show", settings.Events, cancellation);

    List<Subscription> subscriptions = [];
    foreach (var (name, pattern) in new[] { ("healthy", "inspection.*"), ("flaky", "group:Inspection"), ("never", "invoice.paid"), ("wrong-secret", "*") })
    {
        var subscription = await run.SubscribeAsync(
            sender.Subscriptions, name, receiver.UrlOf(name), EventPattern.Parse(pattern), secret: null, cancellation);
        receiver.Trust(name, name == "wrong-secret" ? WebhookSecrets.Of(WebhookSecret.Generate()) : subscription.Secrets);
        subscriptions.Add(subscription);
        report.Say($"{name,-14}{pattern,-18}{subscription.Url}");
    }

    // The receiver of an interrupted run is gone; this one goes on failing where that one was.
    foreach (var delivery in await run.FindWaitingAsync(sender.Log, cancellation))
    {
        if (delivery.Subscription == subscriptions[1].Id)
            receiver.Remember(delivery.MessageId, delivery.AttemptsMade);
    }

    var tally = await WorkAsync(report, sender, run, subscriptions, cancellation);
    report.Summary(tally, run, receiver.Verified, receiver.Refused);
    await DemoRun.EndAsync(sender.Subscriptions, subscriptions, cancellation);
    var n = run.Events;
    List<(string, int, int)> counts =
    [
        ("published", tally.Published, n), ("deliveries", tally.Deliveries, 3 * n), ("delivered", tally.Delivered, 2 * n),
        ("retried", tally.Retried, 4 * n), ("dead", tally.Dead, n),
    ];
    // What the receiver of an interrupted run saw is not known any more.
    if (!run.IsResumed)
        counts.AddRange([("verified", receiver.Verified, 4 * n), ("refused", receiver.Refused, 3 * n)]);
    return Report.Check(counts);
}

// One subscription: the user's own receiver.
static async Task<int> SendAsync(Settings settings, CancellationToken cancellation)
{
    var report = new Report(settings);
    await using var sender = new DemoSender(settings);
    var run = await DemoRun.FindAsync(sender.Subscriptions, "send", settings.Events, cancellation);
    var subscription = await run.SubscribeAsync(
        sender.Subscriptions, "yours", settings.To!.OriginalString, EventPattern.All, settings.Secret, cancellation);
    await run.FindWaitingAsync(sender.Log, cancellation);
    var tally = await WorkAsync(report, sender, run, [subscription], cancellation);
    report.Summary(tally, run, verified: null, refused: null);
    await DemoRun.EndAsync(sender.Subscriptions, [subscription], cancellation);
    return Report.Check([("published", tally.Published, run.Events), ("delivered", tally.Delivered, run.Events)]);
}

// Publishes, sends, and waits until nothing waits any more.
static async Task<Tally> WorkAsync(
    Report report, DemoSender sender, DemoRun run, IReadOnlyList<Subscription> subscriptions, CancellationToken cancellation)
{
    if (run.IsResumed)
        report.Say($"\nResuming an interrupted run of {run.Events} events; {run.Waiting} deliveries wait.");
    await sender.StartAsync(cancellation);
    report.Say($"\nPublishing {run.Events} events …");
    var publishing = Task.Run(() => sender.PublishAsync(run, cancellation), cancellation);
    await report.WatchAsync(sender.Log, publishing, cancellation);
    var tally = await Tally.CountAsync(sender.Log, run.Tenant, await publishing, cancellation);
    report.Table(tally, subscriptions);
    return tally;
}
