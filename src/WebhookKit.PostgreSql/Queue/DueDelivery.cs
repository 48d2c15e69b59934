using Npgsql;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>A row of <c>due_deliveries</c>: a delivery to hand out, its destination still written down.</summary>
internal sealed record DueDelivery(LaneId Lane, LeasedDelivery Delivery, DestinationId? Destination, SettingsForm Form)
{
    public static DueDelivery Read(NpgsqlDataReader row)
    {
        var now = row.Time(19);
        return new DueDelivery(
            new LaneId(row.GetGuid(1)),
            new LeasedDelivery
            {
                Id = new DeliveryId(row.GetInt64(0)),
                Subscription = row.UuidOrNull(6) is { } subscription ? new SubscriptionId(subscription) : null,
                Message = MessageRows.Read(row, 10, 18),
                AttemptsMade = row.GetInt32(4),
                Age = now - row.Time(3),
                DueAt = row.Time(2).Utc(),
                Trigger = (AttemptTrigger)row.GetInt16(5),
            },
            row.UuidOrNull(7) is { } destination ? new DestinationId(destination) : null,
            row.IsDBNull(8) ? default : new SettingsForm(row.GetString(8), row.Bytes(9)));
    }
}
