using WebhookKit.Storage;

namespace WebhookKit.InMemory;

/// <summary>
/// The store that needs nothing: queue, messages and log in this process's memory, bounded, gone when the process ends. One lock guards it all; nothing
/// under it waits, and nothing costs more for a backlog behind other lanes.
/// </summary>
internal sealed partial class InMemoryStore : IWebhookStore, IDisposable
{
    private readonly Lock _gate = new();
    private readonly StoreClock _clock;
    private readonly StoreContents _contents;
    private readonly Admission _admission;
    private readonly Leases _leases;
    private readonly Settler _settler;
    private readonly Removal _removal;
    private readonly LeaseWaiters _waiters;

    /// <exception cref="WebhookValidationException">An option is out of its range.</exception>
    public InMemoryStore(InMemoryStoreOptions options, TimeProvider time)
    {
        if (options.Validate() is { Count: > 0 } errors)
            throw new WebhookValidationException(errors);
        _clock = new StoreClock(time);
        _contents = new StoreContents(options);
        _admission = new Admission(_contents);
        _leases = new Leases(_contents, _clock);
        _settler = new Settler(_contents);
        _removal = new Removal(_contents);
        _waiters = new LeaseWaiters(_leases, _contents.Lanes, _clock, time, OnTimer);
    }

    public ValueTask<IReadOnlyList<EnqueueResult>> EnqueueAsync(IReadOnlyList<EnqueueRequest> messages, CancellationToken cancellationToken)
    {
        RequestChecks.Check(messages);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var now = _clock.Now();
            var results = _admission.Decide(messages, now);
            if (_admission.Refusal is { } refusal)
                return ValueTask.FromException<IReadOnlyList<EnqueueResult>>(refusal);
            var expansion = _admission.Admit(now);
            return Expand(expansion, now) ? ValueTask.FromResult<IReadOnlyList<EnqueueResult>>(results) : ExpandAsync(expansion, results);
        }
    }

    public ValueTask<LeaseResult> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        RequestChecks.Check(request);
        cancellationToken.ThrowIfCancellationRequested();
        LeaseWaiter waiter;
        lock (_gate)
        {
            var now = _clock.Now();
            var result = _leases.Grant(request, now);
            if (result.Lanes.Count > 0 || result.Suspects.Count > 0 || request.MaxWait == TimeSpan.Zero)
                return ValueTask.FromResult(result);
            waiter = new LeaseWaiter(request, StoreClock.After(now, request.MaxWait));
            _waiters.Add(waiter, now);
        }

        return WaitAsync(waiter, cancellationToken);
    }

    public ValueTask<IReadOnlyList<LaneRefillResult>> RefillAsync(IReadOnlyList<LaneRefill> lanes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lanes);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var now = _clock.Now();
            return ValueTask.FromResult<IReadOnlyList<LaneRefillResult>>(lanes.Select(lane => _leases.Refill(lane, now)).ToArray());
        }
    }

    public ValueTask<IReadOnlyList<SettleOutcome>> SettleAsync(IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken)
    {
        RequestChecks.Check(settlements);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var now = _clock.Now();
            var results = new SettleOutcome[settlements.Count];
            for (var i = 0; i < results.Length; i++)
                results[i] = _settler.Settle(settlements[i], now);
            _waiters.Serve(now);
            return ValueTask.FromResult<IReadOnlyList<SettleOutcome>>(results);
        }
    }

    public ValueTask<IReadOnlyList<RenewOutcome>> RenewAsync(IReadOnlyList<LaneRenewal> lanes, CancellationToken cancellationToken)
    {
        RequestChecks.Check(lanes);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var now = _clock.Now();
            return ValueTask.FromResult<IReadOnlyList<RenewOutcome>>(lanes.Select(lane => _leases.Renew(lane, now)).ToArray());
        }
    }

    public ValueTask WakeAsync(IReadOnlyList<LaneId> lanes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lanes);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var now = _clock.Now();
            foreach (var lane in lanes)
                _leases.Wake(lane, now);
            _waiters.Serve(now);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<RedeliveryResult>> RedeliverAsync(IReadOnlyList<Redelivery> redeliveries, CancellationToken cancellationToken)
    {
        RequestChecks.Check(redeliveries);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var accepted = new Redeliveries(_contents, redeliveries);
            if (accepted.Refusal() is { } refusal)
                return ValueTask.FromException<IReadOnlyList<RedeliveryResult>>(refusal);
            var now = _clock.Now();
            var results = accepted.CarryOut(now);
            _waiters.Serve(now);
            return ValueTask.FromResult<IReadOnlyList<RedeliveryResult>>(results);
        }
    }

    public ValueTask<IReadOnlyList<CancelOutcome>> CancelAsync(IReadOnlyList<DeliveryId> deliveries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deliveries);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var now = _clock.Now();
            var results = deliveries.Select(delivery => _settler.Cancel(delivery, now)).ToArray();
            _waiters.Serve(now);
            return ValueTask.FromResult<IReadOnlyList<CancelOutcome>>(results);
        }
    }

    public ValueTask<CancelledBatch> CancelMessageAsync(string messageId, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messageId);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var now = _clock.Now();
            var batch = _settler.CancelMessage(messageId, limit, now);
            _waiters.Serve(now);
            return ValueTask.FromResult(batch);
        }
    }

    public ValueTask ReleaseAsync(IReadOnlyList<LaneRelease> lanes, CancellationToken cancellationToken)
    {
        RequestChecks.Check(lanes);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var now = _clock.Now();
            foreach (var lane in lanes)
                _leases.Release(lane, now);
            _waiters.Serve(now);
        }

        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        lock (_gate)
            _waiters.Dispose();
    }

    /// <summary>Expands what was accepted, as far as one hold of the lock goes; true when all of it is.</summary>
    private bool Expand(Expansion expansion, long now)
    {
        var complete = expansion.Step(_contents, now);
        _waiters.Serve(now);
        return complete;
    }

    /// <summary>
    /// Expands the rest. It is accepted: no cancellation ends this. Others get the lock in between, since this goes to the end of the line each time.
    /// </summary>
    private async ValueTask<IReadOnlyList<EnqueueResult>> ExpandAsync(Expansion expansion, EnqueueResult[] results)
    {
        for (var complete = false; !complete;)
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            lock (_gate)
                complete = Expand(expansion, _clock.Now());
        }

        return results;
    }

    private async ValueTask<LeaseResult> WaitAsync(LeaseWaiter waiter, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                lock (_gate)
                    _waiters.Cancel(waiter, token);
            },
            state: null).ConfigureAwait(false);
        return await waiter.Answer.Task.ConfigureAwait(false);
    }

    private void OnTimer(object? state)
    {
        lock (_gate)
            _waiters.Tick(_clock.Now());
    }
}
