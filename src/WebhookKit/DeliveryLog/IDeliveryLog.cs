namespace WebhookKit;

/// <summary>The record of what was sent: messages, deliveries and their attempts. How far back it goes is the store's and the host's to say.</summary>
public interface IDeliveryLog
{
    /// <summary>Lists messages, those accepted last first, without their data.</summary>
    /// <exception cref="WebhookValidationException">
    /// The limit is out of range, the continuation is not one this store gave, or one tenant and all are asked for; every fault is listed.
    /// </exception>
    ValueTask<Page<MessageRecord>> ListMessagesAsync(MessageQuery query, CancellationToken cancellationToken);

    /// <summary>Reads one message with its data, by the id that receivers see; null if it is unknown.</summary>
    ValueTask<MessageRecord?> FindMessageAsync(string messageId, CancellationToken cancellationToken);

    /// <summary>Lists deliveries, newest first.</summary>
    /// <exception cref="WebhookValidationException">
    /// The limit is out of range, the continuation is not one this store gave, or one tenant and all are asked for; every fault is listed.
    /// </exception>
    ValueTask<Page<DeliveryRecord>> ListDeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken);

    /// <summary>Reads one delivery; null if it is unknown.</summary>
    ValueTask<DeliveryRecord?> FindDeliveryAsync(DeliveryId delivery, CancellationToken cancellationToken);

    /// <summary>Lists the attempts of a delivery, oldest first; empty if the delivery is unknown.</summary>
    ValueTask<IReadOnlyList<Attempt>> ListAttemptsAsync(DeliveryId delivery, CancellationToken cancellationToken);

    /// <summary>Says how a lane stands; null if nothing waits in it and nobody holds it.</summary>
    ValueTask<LaneRecord?> FindLaneAsync(LaneId lane, CancellationToken cancellationToken);

    /// <summary>Measures what waits.</summary>
    ValueTask<QueueDepth> MeasureAsync(CancellationToken cancellationToken);

    /// <summary>Counts deliveries and attempts.</summary>
    /// <exception cref="WebhookValidationException">One tenant and all are asked for.</exception>
    ValueTask<DeliveryStatistics> CountAsync(StatisticsQuery query, CancellationToken cancellationToken);
}
