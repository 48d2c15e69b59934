namespace WebhookKit.InMemory;

/// <summary>A delivery that somebody asked for after its message was accepted: its age counts from then.</summary>
internal sealed class StoredRedelivery(long id, StoredMessage message, Lane lane, Recipient recipient, long now, StoredDelivery? repeats)
    : StoredDelivery(id, message, lane, recipient, now)
{
    private readonly long _repeats = repeats?.Id ?? 0;

    public override long EnqueuedAt { get; } = now;

    public override DeliveryId? Repeats => _repeats == 0 ? null : new DeliveryId(_repeats);
}
