using Npgsql;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>A row of <c>due_deliveries</c>: a delivery to hand out, its destination still written down.</summary>
/// <param name="Id">The delivery.</param>
/// <param name="Lane">Its lane.</param>
/// <param name="Delivery">What is handed out; null if it cannot be read.</param>
/// <param name="Problem">Why it cannot be read.</param>
/// <param name="Destination">The ad hoc destination; null for a subscription.</param>
/// <param name="Form">That destination as it is stored.</param>
internal sealed record DueDelivery(DeliveryId Id, LaneId Lane, LeasedDelivery? Delivery, string? Problem, DestinationId? Destination, SettingsForm Form)
{
    public static DueDelivery Read(NpgsqlDataReader row)
    {
        var (id, lane) = (new DeliveryId(row.GetInt64(0)), new LaneId(row.GetGuid(1)));
        if (row.IsDBNull(10))
            return new DueDelivery(id, lane, Delivery: null, "Its message is missing.", Destination: null, default);
        try
        {
            return new DueDelivery(
                id,
                lane,
                new LeasedDelivery
                {
                    Id = id,
                    Subscription = row.UuidOrNull(6) is { } subscription ? new SubscriptionId(subscription) : null,
                    Message = MessageRows.Read(row, 10, 18),
                    AttemptsMade = row.GetInt32(4),
                    Age = row.Time(19) - row.Time(3),
                    DueAt = row.Time(2).Utc(),
                    Trigger = (AttemptTrigger)row.GetInt16(5),
                    Targets = row.GetInt32(20),
                },
                Problem: null,
                row.UuidOrNull(7) is { } destination ? new DestinationId(destination) : null,
                row.IsDBNull(8) ? default : new SettingsForm(row.GetString(8), row.Bytes(9)));
        }
        catch (WebhookStoreException e)
        {
            return new DueDelivery(id, lane, Delivery: null, e.Message, Destination: null, default);
        }
    }
}
