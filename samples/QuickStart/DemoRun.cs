using System.Globalization;
using WebhookKit;

namespace QuickStart;

/// <summary>
/// One run of the sample, which may take several processes: it has a tenant of its own, whose subscriptions are in the store until everything is done.
/// A process that finds them there goes on where the one before was interrupted, with the number of events that it began with.
/// </summary>
internal sealed class DemoRun
{
    private const string EventsKey = "events";

    private DemoRun(string tenant, int events, bool isResumed) => (Tenant, Events, IsResumed) = (tenant, events, isResumed);

    public string Tenant { get; }

    public int Events { get; }

    /// <summary>Whether an earlier process began it.</summary>
    public bool IsResumed { get; }

    /// <summary>Events that an earlier process had published.</summary>
    public int Resumed { get; set; }

    /// <summary>Deliveries that an earlier process left waiting.</summary>
    public int Waiting { get; private set; }

    /// <summary>Finds the run that was interrupted, or begins a new one. A run of the one kind does not go on as one of the other.</summary>
    public static async Task<DemoRun> FindAsync(IWebhookSubscriptions subscriptions, string kind, int events, CancellationToken cancellationToken)
    {
        var left = await subscriptions.ListAsync(new SubscriptionQuery { AllTenants = true, Limit = 1000 }, cancellationToken);
        return left.Items.FirstOrDefault(s => s.Tenant is { } tenant && tenant.StartsWith($"{kind}-", StringComparison.Ordinal)) is { } first
            ? new DemoRun(first.Tenant!, int.Parse(first.Metadata[EventsKey], CultureInfo.InvariantCulture), isResumed: true)
            : new DemoRun($"{kind}-{Guid.CreateVersion7():N}", events, isResumed: false);
    }

    /// <summary>Creates a subscription, or finds it and changes what is different now: the receiver of the sample has another port in each process.</summary>
    public async Task<Subscription> SubscribeAsync(
        IWebhookSubscriptions subscriptions, string name, string url, EventPattern pattern, WebhookSecret? secret, CancellationToken cancellationToken)
    {
        var secrets = secret is null ? WebhookSecrets.None : WebhookSecrets.Of(secret);
        var all = await subscriptions.ListAsync(new SubscriptionQuery { Tenant = Tenant }, cancellationToken);
        return all.Items.FirstOrDefault(s => s.Name == name) is { } known
            ? await subscriptions.UpdateAsync(known with { Url = url, Secrets = secret is null ? known.Secrets : secrets }, cancellationToken)
            : await subscriptions.CreateAsync(
                new Subscription
                {
                    Tenant = Tenant,
                    Name = name,
                    Url = url,
                    Events = [pattern],
                    Secrets = secrets,
                    Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [EventsKey] = Events.ToString(CultureInfo.InvariantCulture) },
                },
                cancellationToken);
    }

    /// <summary>What an earlier process left waiting.</summary>
    public async Task<IReadOnlyList<DeliveryRecord>> FindWaitingAsync(IDeliveryLog log, CancellationToken cancellationToken)
    {
        List<DeliveryRecord> waiting = [];
        if (IsResumed)
        {
            var query = new DeliveryQuery { Tenant = Tenant, Status = DeliveryStatus.Waiting };
            await foreach (var delivery in Tally.DeliveriesAsync(log, query, cancellationToken))
                waiting.Add(delivery);
        }

        Waiting = waiting.Count;
        return waiting;
    }

    /// <summary>Everything is done: the next start begins a new run. The log stays.</summary>
    public static async Task EndAsync(IWebhookSubscriptions subscriptions, IEnumerable<Subscription> ended, CancellationToken cancellationToken)
    {
        foreach (var subscription in ended)
            await subscriptions.RemoveAsync(subscription.Id, cancellationToken);
    }
}
