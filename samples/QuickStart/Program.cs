using QuickStart;
using WebhookKit;

return await Settings.Command((settings, cancellation) => settings.To is null ? ShowAsync(settings, cancellation) : SendAsync(settings, cancellation))
    .Parse(args).InvokeAsync();

// A publisher and four subscribers of its own: one healthy, one that fails twice, one that asks for something else, one that does not know its secret.
static async Task<int> ShowAsync(Settings settings, CancellationToken cancellation)
{
    var report = new Report(settings);
    await using var receiver = await DemoReceiver.StartAsync(cancellation);
    await using var sender = await DemoSender.StartAsync(settings.Events, cancellation);

    List<Subscription> subscriptions = [];
    foreach (var (name, pattern) in new[] { ("healthy", "inspection.*"), ("flaky", "group:Inspection"), ("never", "invoice.paid"), ("wrong-secret", "*") })
    {
        var subscription = await sender.Subscriptions.CreateAsync(
            new Subscription { Name = name, Url = receiver.UrlOf(name), Events = [EventPattern.Parse(pattern)] }, cancellation);
        receiver.Trust(name, name == "wrong-secret" ? WebhookSecrets.Of(WebhookSecret.Generate()) : subscription.Secrets);
        subscriptions.Add(subscription);
        report.Say($"{name,-14}{pattern,-18}{subscription.Url}");
    }

    report.Say($"\nPublishing {settings.Events} events …");
    var publishing = Task.Run(() => sender.PublishAsync(settings.Events, cancellation), cancellation);
    await report.WatchAsync(sender.Log, publishing, cancellation);
    var tally = await Tally.CountAsync(sender.Log, await publishing, cancellation);
    report.Table(tally, subscriptions);
    report.Summary(tally, receiver.Verified, receiver.Refused);
    var n = settings.Events;
    return Report.Check(
        ("published", tally.Published, n), ("deliveries", tally.Deliveries, 3 * n), ("delivered", tally.Delivered, 2 * n),
        ("retried", tally.Retried, 4 * n), ("dead", tally.Dead, n),
        ("verified", receiver.Verified, 4 * n), ("refused", receiver.Refused, 3 * n));
}

// One subscription: the user's own receiver.
static async Task<int> SendAsync(Settings settings, CancellationToken cancellation)
{
    var report = new Report(settings);
    await using var sender = await DemoSender.StartAsync(settings.Events, cancellation);
    Subscription subscription;
    try
    {
        subscription = await sender.Subscriptions.CreateAsync(
            new Subscription
            {
                Name = "yours",
                Url = settings.To!.OriginalString,
                Events = [EventPattern.All],
                Secrets = WebhookSecrets.Of(settings.Secret!),
            },
            cancellation);
    }
    catch (WebhookValidationException e)
    {
        Console.Error.WriteLine(e.Message);
        return 2;
    }

    report.Say($"Publishing {settings.Events} events to {subscription.Url} …");
    var publishing = Task.Run(() => sender.PublishAsync(settings.Events, cancellation), cancellation);
    await report.WatchAsync(sender.Log, publishing, cancellation);
    var tally = await Tally.CountAsync(sender.Log, await publishing, cancellation);
    report.Table(tally, [subscription]);
    report.Summary(tally, verified: null, refused: null);
    return Report.Check(("published", tally.Published, settings.Events), ("delivered", tally.Delivered, settings.Events));
}
