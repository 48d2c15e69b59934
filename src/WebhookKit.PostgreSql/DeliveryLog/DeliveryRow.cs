using Npgsql;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.DeliveryLog;

/// <summary>A row of the lists of deliveries, its destination still written down.</summary>
internal sealed record DeliveryRow(DeliveryRecord Record, DestinationId? Destination, SettingsForm Form)
{
    public static DeliveryRow Read(NpgsqlDataReader row) => new(
        new DeliveryRecord
        {
            Id = new DeliveryId(row.GetInt64(0)),
            MessageId = row.GetString(1),
            Tenant = row.TextOrNull(2),
            EventType = row.GetString(3),
            Subscription = row.UuidOrNull(4) is { } subscription ? new SubscriptionId(subscription) : null,
            Repeats = row.BigintOrNull(8) is { } repeats ? new DeliveryId(repeats) : null,
            RepeatedAs = row.BigintOrNull(9) is { } repeated ? new DeliveryId(repeated) : null,
            Status = (DeliveryStatus)row.GetInt16(10),
            DeadReason = (DeadReason?)row.SmallintOrNull(11),
            AttemptsMade = row.GetInt32(12),
            EnqueuedAt = row.Time(13).Utc(),
            DueAt = row.TimeOrNull(14).Utc(),
            EndedAt = row.TimeOrNull(15).Utc(),
            LastOutcome = (AttemptOutcome?)row.SmallintOrNull(16),
            LastStatusCode = row.IntOrNull(17),
        },
        row.UuidOrNull(5) is { } destination ? new DestinationId(destination) : null,
        row.IsDBNull(6) ? default : new SettingsForm(row.GetString(6), row.Bytes(7)));
}
