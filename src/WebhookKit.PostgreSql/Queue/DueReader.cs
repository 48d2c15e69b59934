using WebhookKit.PostgreSql.Connections;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>Reads what is due in lanes.</summary>
internal sealed class DueReader(Destinations destinations)
{
    /// <summary>What committed late may be due a little earlier than what was read already.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    public static StatementBatch Add(
        StatementBatch batch, Session session, IReadOnlyList<(LaneId Lane, int Quota, DateTimeOffset? LowWater)> lanes, IEnumerable<DeliveryId> inFlight) =>
        batch.Add(
            "due_deliveries", session.Now, Param.Uuids(lanes.Select(lane => lane.Lane.Value)), Param.Ints(lanes.Select(lane => lane.Quota)),
            Param.Times(lanes.Select(lane => lane.LowWater is { } low ? (low - Late).UtcDateTime : DateTime.MinValue)),
            Param.Bigints(inFlight.Select(delivery => delivery.Value)));

    public static Task<List<DueDelivery>> ReadAsync(
        Session session, IReadOnlyList<(LaneId Lane, int Quota, DateTimeOffset? LowWater)> lanes, IEnumerable<DeliveryId> inFlight) =>
        Add(session.Batch(), session, lanes, inFlight).ListAsync(DueDelivery.Read);

    /// <summary>
    /// Reads the destinations of a lane's rows, in their order; one that cannot be read says so itself. Behind a delivery that cannot be read it ends: order
    /// may have to be kept.
    /// </summary>
    public async ValueTask<IReadOnlyList<LeasedDelivery>> DecodeAsync(IEnumerable<DueDelivery> rows, CancellationToken cancellationToken)
    {
        var deliveries = new List<LeasedDelivery>();
        foreach (var row in rows)
        {
            if (row.Delivery is null)
                break;
            deliveries.Add(row.Destination is { } id
                ? row.Delivery with { Destination = await destinations.ReadAsync(id, row.Form, cancellationToken).ConfigureAwait(false) }
                : row.Delivery);
        }

        return deliveries;
    }
}
