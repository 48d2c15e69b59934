using WebhookKit.Storage;

namespace WebhookKit.InMemory;

/// <summary>The record of what was sent, and its removal.</summary>
internal sealed partial class InMemoryStore
{
    public ValueTask<Page<MessageRecord>> ListMessagesAsync(MessageQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var scan = new MessageScan(query);
        Read(scan, cancellationToken);
        return ValueTask.FromResult(scan.ToPage());
    }

    public ValueTask<MessageRecord?> FindMessageAsync(string messageId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messageId);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
            return ValueTask.FromResult(_contents.Messages.TryGet(messageId, out var message) ? message.ToRecord(_clock, _clock.Now(), withData: true) : null);
    }

    public ValueTask<Page<DeliveryRecord>> ListDeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var scan = new DeliveryScan(query);
        Read(scan, cancellationToken);
        return ValueTask.FromResult(scan.ToPage());
    }

    public ValueTask<DeliveryRecord?> FindDeliveryAsync(DeliveryId delivery, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
            return ValueTask.FromResult(_contents.Deliveries.TryGet(delivery.Value, out var known) ? known.ToRecord(_clock) : null);
    }

    public ValueTask<IReadOnlyList<Attempt>> ListAttemptsAsync(DeliveryId delivery, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
            return ValueTask.FromResult(_contents.Deliveries.TryGet(delivery.Value, out var known) ? known.Attempts?.Attempts ?? [] : []);
    }

    public ValueTask<LaneRecord?> FindLaneAsync(LaneId lane, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var known = _contents.Lanes.TryGet(lane, out var found) && (found.Token is not null || !found.Line.IsEmpty);
            return ValueTask.FromResult(known ? found!.ToRecord(_clock, _clock.Now()) : null);
        }
    }

    public ValueTask<QueueDepth> MeasureAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var now = _clock.Now();
            var (due, oldest) = (0L, now);
            foreach (var lane in _contents.Lanes.All)
            {
                due += lane.Line.CountDue(now);
                oldest = Math.Min(oldest, lane.Line.EarliestDue);
            }

            return ValueTask.FromResult(new QueueDepth(_contents.Waiting.Deliveries, due, TimeSpan.FromTicks(now - oldest)));
        }
    }

    public ValueTask<DeliveryStatistics> CountAsync(StatisticsQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var scan = new StatisticsScan(query);
        Read(scan, cancellationToken);
        return ValueTask.FromResult(scan.ToStatistics());
    }

    public ValueTask<RemovalResult> TrimAsync(TrimRequest request, CancellationToken cancellationToken)
    {
        RequestChecks.Check(request);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
            return ValueTask.FromResult(_removal.Trim(request, _clock.Now()));
    }

    public ValueTask<RemovalResult> EraseAsync(string? tenant, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var now = _clock.Now();
            var result = _removal.Erase(tenant, limit, now);
            _waiters.Serve(now);
            return ValueTask.FromResult(result);
        }
    }

    private void Read(ILogScan scan, CancellationToken cancellationToken)
    {
        for (var complete = false; !complete;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (_gate)
                complete = scan.Step(_contents, _clock, _clock.Now());
        }
    }
}
