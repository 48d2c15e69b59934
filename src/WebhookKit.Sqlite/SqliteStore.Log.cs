using WebhookKit.Sqlite.Files;
using WebhookKit.Sqlite.DeliveryLog;

namespace WebhookKit.Sqlite;

/// <summary>The record of what was sent, and its removal.</summary>
internal sealed partial class SqliteStore
{
    public async ValueTask<Page<MessageRecord>> ListMessagesAsync(MessageQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var pages = new MessagePages(query);
        var open = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await pages.ReadAsync(open, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<MessageRecord?> FindMessageAsync(string messageId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messageId);
        return await ReadAsync((database, clock) => MessagePages.Find(database, clock, messageId), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<Page<DeliveryRecord>> ListDeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var pages = new DeliveryPages(query);
        var open = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await pages.ReadAsync(open, file, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<DeliveryRecord?> FindDeliveryAsync(DeliveryId delivery, CancellationToken cancellationToken)
    {
        var found = await ReadAsync((database, clock) => DeliveryPages.Find(database, clock, delivery), cancellationToken).ConfigureAwait(false);
        return found is { } line ? await line.ToRecordAsync(file, cancellationToken).ConfigureAwait(false) : null;
    }

    public async ValueTask<IReadOnlyList<Attempt>> ListAttemptsAsync(DeliveryId delivery, CancellationToken cancellationToken) =>
        await ReadAsync((database, _) => Reading.Attempts(database, delivery), cancellationToken).ConfigureAwait(false);

    public async ValueTask<LaneRecord?> FindLaneAsync(LaneId lane, CancellationToken cancellationToken) =>
        await ReadAsync((database, clock) => Reading.Lane(database, clock, lane), cancellationToken).ConfigureAwait(false);

    public async ValueTask<QueueDepth> MeasureAsync(CancellationToken cancellationToken) =>
        await ReadAsync(Reading.Depth, cancellationToken).ConfigureAwait(false);

    public async ValueTask<DeliveryStatistics> CountAsync(StatisticsQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var count = new StatisticsCount(query);
        var open = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await count.CountAsync(open, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<RemovalResult> TrimAsync(TrimRequest request, CancellationToken cancellationToken)
    {
        RequestChecks.Check(request);
        return await RunAsync((session, now) => session.Removal.Trim(request, now), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<RemovalResult> EraseAsync(string? tenant, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return await RunAsync(
            (session, now) =>
            {
                session.Database.HasTraces = true;
                return session.Removal.Erase(tenant, limit, now);
            },
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> ReadAsync<T>(Func<Database, FileClock, T> read, CancellationToken cancellationToken)
    {
        var open = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await open.Readers.ReadAsync(database => read(database, open.Clock), cancellationToken).ConfigureAwait(false);
    }
}
