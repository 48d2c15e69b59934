using System.Runtime.CompilerServices;
using WebhookKit;

namespace QuickStart;

/// <summary>What the delivery log says at the end.</summary>
internal sealed class Tally
{
    /// <summary>Events that the publisher accepted.</summary>
    public required int Published { get; init; }

    public int Deliveries { get; private set; }

    public int Delivered { get; private set; }

    /// <summary>Attempts after the first.</summary>
    public int Retried { get; private set; }

    public int Dead { get; private set; }

    public Dictionary<SubscriptionId, Row> Rows { get; } = [];

    public static async Task<Tally> CountAsync(IDeliveryLog log, string tenant, int published, CancellationToken cancellationToken)
    {
        var tally = new Tally { Published = published };
        await foreach (var delivery in DeliveriesAsync(log, new DeliveryQuery { Tenant = tenant }, cancellationToken))
            tally.Add(delivery);
        return tally;
    }

    /// <summary>Reads all pages of a query.</summary>
    public static async IAsyncEnumerable<DeliveryRecord> DeliveriesAsync(
        IDeliveryLog log, DeliveryQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        query = query with { Limit = 1000 };
        do
        {
            var page = await log.ListDeliveriesAsync(query, cancellationToken);
            foreach (var delivery in page.Items)
                yield return delivery;
            query = query with { Continuation = page.Next };
        }
        while (query.Continuation is not null);
    }

    private void Add(DeliveryRecord delivery)
    {
        Deliveries++;
        Retried += Math.Max(0, delivery.AttemptsMade - 1);
        Delivered += delivery.Status == DeliveryStatus.Delivered ? 1 : 0;
        Dead += delivery.Status == DeliveryStatus.Dead ? 1 : 0;
        if (!Rows.TryGetValue(delivery.Subscription!.Value, out var row))
            Rows.Add(delivery.Subscription!.Value, row = new Row());
        row.Deliveries++;
        row.Messages.Add(delivery.MessageId);
        row.Attempts += delivery.AttemptsMade;
        row.Delivered += delivery.Status == DeliveryStatus.Delivered ? 1 : 0;
        row.Dead += delivery.Status == DeliveryStatus.Dead ? 1 : 0;
        row.LastOutcome = $"{delivery.LastOutcome} {delivery.LastStatusCode}".Trim();
    }

    /// <summary>One subscription.</summary>
    internal sealed class Row
    {
        public HashSet<string> Messages { get; } = new(StringComparer.Ordinal);

        public int Deliveries { get; set; }

        public int Attempts { get; set; }

        public int Delivered { get; set; }

        public int Dead { get; set; }

        public string LastOutcome { get; set; } = "";
    }
}
