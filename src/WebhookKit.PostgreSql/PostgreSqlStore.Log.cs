using WebhookKit.Storage;

namespace WebhookKit.PostgreSql;

/// <summary>The record of what was sent, and its removal.</summary>
internal sealed partial class PostgreSqlStore
{
    public async ValueTask<Page<MessageRecord>> ListMessagesAsync(MessageQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return await _messages.ListAsync(query, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<MessageRecord?> FindMessageAsync(string messageId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messageId);
        return await _messages.FindAsync(messageId, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<Page<DeliveryRecord>> ListDeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return await _deliveries.ListAsync(query, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<DeliveryRecord?> FindDeliveryAsync(DeliveryId delivery, CancellationToken cancellationToken) =>
        await _deliveries.FindAsync(delivery, cancellationToken).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<Attempt>> ListAttemptsAsync(DeliveryId delivery, CancellationToken cancellationToken) =>
        await _deliveries.ListAttemptsAsync(delivery, cancellationToken).ConfigureAwait(false);

    public async ValueTask<LaneRecord?> FindLaneAsync(LaneId lane, CancellationToken cancellationToken) =>
        await _figures.FindLaneAsync(lane, cancellationToken).ConfigureAwait(false);

    public async ValueTask<QueueDepth> MeasureAsync(CancellationToken cancellationToken) =>
        await _figures.MeasureAsync(cancellationToken).ConfigureAwait(false);

    public async ValueTask<DeliveryStatistics> CountAsync(StatisticsQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return await _figures.CountAsync(query, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<RemovalResult> TrimAsync(TrimRequest request, CancellationToken cancellationToken)
    {
        RequestChecks.Check(request);
        cancellationToken.ThrowIfCancellationRequested();
        return await _trimmer.TrimAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<RemovalResult> EraseAsync(string? tenant, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        cancellationToken.ThrowIfCancellationRequested();
        var result = await _eraser.EraseAsync(tenant, limit, cancellationToken).ConfigureAwait(false);
        _waiting.Signal();
        return result;
    }
}
