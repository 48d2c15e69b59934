namespace WebhookKit;

/// <summary>The record of what was sent: deliveries and their attempts. How far back it goes is the store's to say.</summary>
public interface IDeliveryLog
{
    /// <summary>Lists deliveries, newest first.</summary>
    /// <exception cref="WebhookValidationException">The limit is out of range or the continuation is not one this store gave.</exception>
    ValueTask<Page<DeliveryRecord>> ListDeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken);

    /// <summary>Lists the attempts of a delivery, oldest first; empty if the delivery is unknown.</summary>
    ValueTask<IReadOnlyList<Attempt>> ListAttemptsAsync(DeliveryId delivery, CancellationToken cancellationToken);

    /// <summary>Measures what waits.</summary>
    ValueTask<QueueDepth> MeasureAsync(CancellationToken cancellationToken);
}
