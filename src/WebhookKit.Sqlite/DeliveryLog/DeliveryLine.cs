using WebhookKit.Sqlite.Files;

namespace WebhookKit.Sqlite.DeliveryLog;

/// <summary>A record of a delivery, its ad hoc destination still as it was written down.</summary>
internal readonly record struct DeliveryLine(DeliveryRecord Record, SettingsForm? Destination)
{
    public static DeliveryLine Read(Statement rows, FileClock clock)
    {
        var isDestination = rows.GetInt64(5) != 0;
        var target = rows.GetGuid(4);
        var status = (DeliveryStatus)rows.GetInt32(10);
        var due = clock.ToUtc(rows.GetInt64(14));
        var record = new DeliveryRecord
        {
            Id = new DeliveryId(rows.GetInt64(0)),
            MessageId = rows.GetString(1),
            Tenant = rows.GetNullableString(2),
            EventType = rows.GetString(3),
            Subscription = isDestination ? null : new SubscriptionId(target),
            Repeats = rows.GetNullableInt64(8) is { } repeats ? new DeliveryId(repeats) : null,
            RepeatedAs = rows.GetNullableInt64(9) is { } repeated ? new DeliveryId(repeated) : null,
            Status = status,
            DeadReason = (DeadReason?)rows.GetNullableInt32(11),
            AttemptsMade = rows.GetInt32(12),
            EnqueuedAt = clock.ToUtc(rows.GetInt64(13)),
            DueAt = status == DeliveryStatus.Waiting ? due : null,
            EndedAt = status == DeliveryStatus.Waiting ? null : due,
            LastOutcome = (AttemptOutcome?)rows.GetNullableInt32(15),
            LastStatusCode = rows.GetNullableInt32(16),
        };
        return isDestination
            ? new DeliveryLine(record, new SettingsForm(rows.GetString(6), rows.GetBytes(7).ToArray()))
            : new DeliveryLine(record, null);
    }

    public async ValueTask<DeliveryRecord> ToRecordAsync(StoreFile file, CancellationToken cancellationToken) =>
        Destination is { } form ? Record with { Destination = await file.ReadDestinationAsync(form, cancellationToken).ConfigureAwait(false) } : Record;
}
