using System.Collections.Concurrent;
using Npgsql;
using WebhookKit.PostgreSql.Connections;
using WebhookKit.PostgreSql.DeliveryLog;
using WebhookKit.PostgreSql.Maintenance;
using WebhookKit.PostgreSql.Queue;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql;

/// <summary>
/// The store that many nodes share: queue, messages and log in PostgreSQL. The server's clock decides, and its locks; this process keeps nothing but who waits.
/// Locks are taken in one order everywhere (message, fan-out, deliveries by id, lanes by id), or skipped.
/// </summary>
internal sealed partial class PostgreSqlStore : IWebhookStore, IAsyncDisposable, IDisposable
{
    private readonly Database _database;
    private readonly Enqueuer _enqueuer;
    private readonly Leaser _leaser;
    private readonly Holding _holding;
    private readonly Releaser _releaser;
    private readonly Settler _settler;
    private readonly Canceller _canceller;
    private readonly Redeliverer _redeliverer;
    private readonly DeliveryReader _deliveries;
    private readonly MessageReader _messages;
    private readonly Figures _figures;
    private readonly Trimmer _trimmer;
    private readonly Eraser _eraser;
    private readonly LeaseWaiting _waiting;
    private readonly Notifications _notifications;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<Task, bool> _leasing = new();

    public PostgreSqlStore(StoreServer server)
    {
        var (database, time) = (server.Database, server.Time);
        (_database, _time) = (database, time);
        var destinations = new Destinations(server.Format);
        var fanOuts = new FanOuts(database);
        var due = new DueReader(destinations);
        _enqueuer = new Enqueuer(database, fanOuts, server.Format);
        _leaser = new Leaser(database, fanOuts, due, time, server.Logger);
        _holding = new Holding(database, due);
        _releaser = new Releaser(database);
        _settler = new Settler(database);
        _canceller = new Canceller(database);
        _redeliverer = new Redeliverer(database);
        _deliveries = new DeliveryReader(database, destinations);
        _messages = new MessageReader(database);
        _figures = new Figures(database);
        _trimmer = new Trimmer(database, server.Migrator.Partitions, destinations);
        _eraser = new Eraser(database, destinations);
        _waiting = new LeaseWaiting(time, server.Options.PollInterval, pauses: database.Settings.Clock is null);
        _notifications = new Notifications(server.Sources, database, server.Options, _waiting.Signal, time, server.Logger);
    }

    public async ValueTask<IReadOnlyList<EnqueueResult>> EnqueueAsync(IReadOnlyList<EnqueueRequest> messages, CancellationToken cancellationToken)
    {
        RequestChecks.Check(messages);
        cancellationToken.ThrowIfCancellationRequested();
        var results = await _enqueuer.EnqueueAsync(messages, cancellationToken).ConfigureAwait(false);
        if (results.Any(result => result is { Outcome: EnqueueOutcome.Accepted, Targets: > 0 }))
            Added();
        return results;
    }

    public async ValueTask<LeaseResult> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        RequestChecks.Check(request);
        var leasing = LeaseWaitingAsync(request, cancellationToken);
        _leasing[leasing] = true;
        try
        {
            return await leasing.ConfigureAwait(false);
        }
        finally
        {
            _leasing.TryRemove(leasing, out _);
        }
    }

    private async Task<LeaseResult> LeaseWaitingAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        if (request.MaxWait > TimeSpan.Zero)
            _notifications.Listen();
        for (var inVain = 0; ; inVain++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (signal, looked) = (_waiting.NextSignal(), _time.GetTimestamp());
            var (result, woke) = await _leaser.LeaseAsync(request, cancellationToken).ConfigureAwait(false);
            if (woke)
                signal = _waiting.SignalOthers(signal);
            var left = request.MaxWait - _time.GetElapsedTime(started, looked);
            if (result.Lanes.Count > 0 || result.Suspects.Count > 0 || left <= TimeSpan.Zero)
                return result;
            await _waiting.WaitAsync(signal, looked, result.NextDue, inVain, left, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask<IReadOnlyList<LaneRefillResult>> RefillAsync(IReadOnlyList<LaneRefill> lanes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lanes);
        cancellationToken.ThrowIfCancellationRequested();
        return lanes.Count == 0 ? [] : await _holding.RefillAsync(lanes, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<SettleOutcome>> SettleAsync(IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken)
    {
        RequestChecks.Check(settlements);
        cancellationToken.ThrowIfCancellationRequested();
        if (settlements.Count == 0)
            return [];
        var (outcomes, touchesLanes) = await _settler.SettleAsync(settlements, cancellationToken).ConfigureAwait(false);
        // What was delivered in a lane that is held here makes no lane due: a look for one would be in vain.
        if (touchesLanes)
            _waiting.Signal();
        return outcomes;
    }

    public async ValueTask<IReadOnlyList<RenewOutcome>> RenewAsync(IReadOnlyList<LaneRenewal> lanes, CancellationToken cancellationToken)
    {
        RequestChecks.Check(lanes);
        cancellationToken.ThrowIfCancellationRequested();
        return lanes.Count == 0 ? [] : await _holding.RenewAsync(lanes, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask WakeAsync(IReadOnlyList<LaneId> lanes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lanes);
        cancellationToken.ThrowIfCancellationRequested();
        if (lanes.Count == 0)
            return;
        await _holding.WakeAsync(lanes, cancellationToken).ConfigureAwait(false);
        Added();
    }

    public async ValueTask<IReadOnlyList<RedeliveryResult>> RedeliverAsync(IReadOnlyList<Redelivery> redeliveries, CancellationToken cancellationToken)
    {
        RequestChecks.Check(redeliveries);
        cancellationToken.ThrowIfCancellationRequested();
        if (redeliveries.Count == 0)
            return [];
        var results = await _redeliverer.RedeliverAsync(redeliveries, cancellationToken).ConfigureAwait(false);
        Added();
        return results;
    }

    public async ValueTask<IReadOnlyList<CancelOutcome>> CancelAsync(IReadOnlyList<DeliveryId> deliveries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deliveries);
        cancellationToken.ThrowIfCancellationRequested();
        if (deliveries.Count == 0)
            return [];
        var outcomes = await _canceller.CancelAsync(deliveries, cancellationToken).ConfigureAwait(false);
        _waiting.Signal();
        return outcomes;
    }

    public async ValueTask<CancelledBatch> CancelMessageAsync(string messageId, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messageId);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        cancellationToken.ThrowIfCancellationRequested();
        var batch = await _canceller.CancelMessageAsync(messageId, limit, cancellationToken).ConfigureAwait(false);
        _waiting.Signal();
        return batch;
    }

    public async ValueTask ReleaseAsync(IReadOnlyList<LaneRelease> lanes, CancellationToken cancellationToken)
    {
        RequestChecks.Check(lanes);
        cancellationToken.ThrowIfCancellationRequested();
        if (lanes.Count == 0)
            return;
        if (await _releaser.ReleaseAsync(lanes, cancellationToken).ConfigureAwait(false))
            _waiting.Signal();
    }

    /// <summary>Enqueues within a transaction of the host's. What was written shows when the host commits.</summary>
    public async ValueTask<IReadOnlyList<EnqueueResult>> EnqueueAsync(
        IReadOnlyList<EnqueueRequest> messages, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        RequestChecks.Check(messages);
        return (await _database.JoinAsync(transaction, session => _enqueuer.EnqueueInAsync(session, messages), cancellationToken).ConfigureAwait(false)).Results;
    }

    /// <summary>There may be new work: for those who wait here, at once, and for other nodes.</summary>
    public void Added()
    {
        _waiting.Signal();
        _notifications.Tell();
    }

    public void Dispose()
    {
        _waiting.Dispose();
        _notifications.Dispose();
    }

    /// <summary>Ends the waits, and lets what was about to lease come to its end: nothing is leased for this process any more.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Dispose();
        await Task.WhenAll(_leasing.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _notifications.DisposeAsync().ConfigureAwait(false);
    }
}
