using System.Collections.Concurrent;

namespace WebhookKit.Tests.Dispatching;

/// <summary>Stands before a store: lets a test wait for what happens in it, see what was settled, and make it fail.</summary>
internal sealed class StoreProbe(IWebhookStore store) : IWebhookStore
{
    private readonly Happenings _happenings = new();
    private int _leasing;
    private int _held;
    private int _released;

    public ConcurrentQueue<(Settlement Settlement, SettleOutcome Result)> Settled { get; } = new();

    /// <summary>Called before the store; throws to make the call fail.</summary>
    public Action<string>? Before { get; set; }

    /// <summary>Awaited before the store; what never ends makes the call hang.</summary>
    public Func<string, Task>? Delays { get; set; }

    /// <summary>Called after the store took effect; throws to hide the answer.</summary>
    public Action<string>? After { get; set; }

    /// <summary>Answers a renewal in place of the store.</summary>
    public Func<IReadOnlyList<LaneRenewal>, IReadOnlyList<RenewOutcome>>? Renewing { get; set; }

    /// <summary>Refuses settlements as malformed, as a store's driver may.</summary>
    public Func<Settlement, bool>? Refuses { get; set; }

    /// <summary>Called when a worker that waited for a lease was told to stop.</summary>
    public Action? Cancelled { get; set; }

    /// <summary>How many workers wait in the store for a lane; a store in memory knows by then until when.</summary>
    public int Leasing => Volatile.Read(ref _leasing);

    /// <summary>How many lanes are leased and not released yet.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>How many lanes were released.</summary>
    public int Released => Volatile.Read(ref _released);

    /// <summary>Waits until a condition holds, asking again whenever the store was called or something happened in it.</summary>
    public Task UntilAsync(Func<IWebhookStore, ValueTask<bool>> condition) => _happenings.UntilAsync(() => condition(store));

    public Task UntilAsync(Func<bool> condition) => UntilAsync(_ => new(condition()));

    /// <summary>Waits until nothing is due and no lane is held: only time or a publisher can bring more.</summary>
    public Task UntilQuietAsync() => UntilAsync(async s => Held == 0 && (await s.MeasureAsync(default)).Due == 0 && Held == 0);

    /// <summary>Waits until every delivery has ended and no lane is held.</summary>
    public Task UntilEmptyAsync() => UntilAsync(async s => (await s.MeasureAsync(default)).Waiting == 0 && Held == 0);

    public ValueTask<IReadOnlyList<EnqueueResult>> EnqueueAsync(IReadOnlyList<EnqueueRequest> messages, CancellationToken cancellationToken) =>
        CallAsync("enqueue", () => store.EnqueueAsync(messages, cancellationToken));

    public async ValueTask<LeaseResult> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync("lease", () => CountAsync(store.LeaseAsync(request, cancellationToken)), r => Interlocked.Add(ref _held, r.Lanes.Count));
        }
        catch (OperationCanceledException)
        {
            Cancelled?.Invoke();
            throw;
        }
    }

    public ValueTask<IReadOnlyList<LaneRefillResult>> RefillAsync(IReadOnlyList<LaneRefill> lanes, CancellationToken cancellationToken) =>
        CallAsync("refill", () => store.RefillAsync(lanes, cancellationToken));

    public ValueTask<IReadOnlyList<SettleOutcome>> SettleAsync(IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken) =>
        CallAsync("settle", () => Refuses is { } refuses && settlements.Any(refuses) ? throw new ArgumentException("Malformed.", nameof(settlements)) : store.SettleAsync(settlements, cancellationToken), results =>
        {
            for (var i = 0; i < results.Count; i++)
                Settled.Enqueue((settlements[i], results[i]));
        });

    public ValueTask<IReadOnlyList<RenewOutcome>> RenewAsync(IReadOnlyList<LaneRenewal> lanes, CancellationToken cancellationToken) =>
        CallAsync("renew", () => Renewing is { } answer ? new(answer(lanes)) : store.RenewAsync(lanes, cancellationToken));

    public async ValueTask WakeAsync(IReadOnlyList<LaneId> lanes, CancellationToken cancellationToken) =>
        await CallAsync("wake", async () =>
        {
            await store.WakeAsync(lanes, cancellationToken);
            return lanes.Count;
        });

    public async ValueTask ReleaseAsync(IReadOnlyList<LaneRelease> lanes, CancellationToken cancellationToken) =>
        await CallAsync("release", async () =>
        {
            await store.ReleaseAsync(lanes, cancellationToken);
            return lanes.Count;
        }, released =>
        {
            Interlocked.Add(ref _held, -released);
            Interlocked.Add(ref _released, released);
        });

    public ValueTask<Page<DeliveryRecord>> ListDeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken) =>
        store.ListDeliveriesAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<Attempt>> ListAttemptsAsync(DeliveryId delivery, CancellationToken cancellationToken) =>
        store.ListAttemptsAsync(delivery, cancellationToken);

    public ValueTask<IReadOnlyList<RedeliveryResult>> RedeliverAsync(IReadOnlyList<Redelivery> redeliveries, CancellationToken cancellationToken) =>
        CallAsync("redeliver", () => store.RedeliverAsync(redeliveries, cancellationToken));

    public ValueTask<IReadOnlyList<CancelOutcome>> CancelAsync(IReadOnlyList<DeliveryId> deliveries, CancellationToken cancellationToken) =>
        CallAsync("cancel", () => store.CancelAsync(deliveries, cancellationToken));

    public ValueTask<CancelledBatch> CancelMessageAsync(string messageId, int limit, CancellationToken cancellationToken) =>
        CallAsync("cancel", () => store.CancelMessageAsync(messageId, limit, cancellationToken));

    public ValueTask<RemovalResult> TrimAsync(TrimRequest request, CancellationToken cancellationToken) =>
        CallAsync("trim", () => store.TrimAsync(request, cancellationToken));

    public ValueTask<RemovalResult> EraseAsync(string? tenant, int limit, CancellationToken cancellationToken) =>
        CallAsync("erase", () => store.EraseAsync(tenant, limit, cancellationToken));

    public ValueTask<Page<MessageRecord>> ListMessagesAsync(MessageQuery query, CancellationToken cancellationToken) =>
        store.ListMessagesAsync(query, cancellationToken);

    public ValueTask<MessageRecord?> FindMessageAsync(string messageId, CancellationToken cancellationToken) =>
        store.FindMessageAsync(messageId, cancellationToken);

    public ValueTask<DeliveryRecord?> FindDeliveryAsync(DeliveryId delivery, CancellationToken cancellationToken) =>
        store.FindDeliveryAsync(delivery, cancellationToken);

    public ValueTask<LaneRecord?> FindLaneAsync(LaneId lane, CancellationToken cancellationToken) => store.FindLaneAsync(lane, cancellationToken);

    public ValueTask<DeliveryStatistics> CountAsync(StatisticsQuery query, CancellationToken cancellationToken) => store.CountAsync(query, cancellationToken);

    public ValueTask<QueueDepth> MeasureAsync(CancellationToken cancellationToken) =>
        CallAsync("measure", () => store.MeasureAsync(cancellationToken));

    private async ValueTask<LeaseResult> CountAsync(ValueTask<LeaseResult> lease)
    {
        Interlocked.Increment(ref _leasing);
        _happenings.Signal();
        try
        {
            return await lease;
        }
        finally
        {
            Interlocked.Decrement(ref _leasing);
        }
    }

    private async ValueTask<T> CallAsync<T>(string call, Func<ValueTask<T>> action, Action<T>? observe = null)
    {
        try
        {
            Before?.Invoke(call);
        }
        finally
        {
            _happenings.Signal();
        }

        if (Delays is { } delays)
            await delays(call);
        var result = await action();
        observe?.Invoke(result);
        _happenings.Signal();
        After?.Invoke(call);
        return result;
    }
}
