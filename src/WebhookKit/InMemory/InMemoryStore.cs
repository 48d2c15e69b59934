namespace WebhookKit.InMemory;

/// <summary>
/// The store that needs nothing: queue, messages and log in this process's memory, bounded, gone when the process ends. One lock guards it all; nothing
/// under it waits, and nothing costs more for a backlog behind other lanes.
/// </summary>
internal sealed class InMemoryStore : IWebhookStore, IDisposable
{
    private readonly Lock _gate = new();
    private readonly StoreClock _clock;
    private readonly StoreContents _contents;
    private readonly Leases _leases;
    private readonly Settler _settler;
    private readonly LeaseWaiters _waiters;

    /// <exception cref="WebhookValidationException">An option is out of its range.</exception>
    public InMemoryStore(InMemoryStoreOptions options, TimeProvider time)
    {
        if (options.Validate() is { Count: > 0 } errors)
            throw new WebhookValidationException(errors);
        _clock = new StoreClock(time);
        _contents = new StoreContents(options);
        _leases = new Leases(_contents, _clock);
        _settler = new Settler(_contents);
        _waiters = new LeaseWaiters(_leases, _contents.Lanes, _clock, time, OnTimer);
    }

    public ValueTask<IReadOnlyList<EnqueueResult>> EnqueueAsync(IReadOnlyList<EnqueueRequest> messages, CancellationToken cancellationToken)
    {
        RequestChecks.Check(messages);
        cancellationToken.ThrowIfCancellationRequested();
        var results = new EnqueueResult[messages.Count];
        var accepted = new List<EnqueueRequest>(messages.Count);
        lock (_gate)
        {
            var fresh = new HashSet<Guid>();
            for (var i = 0; i < messages.Count; i++)
            {
                var message = messages[i].Message;
                var outcome = !_contents.Messages.Knows(message.Id) && fresh.Add(message.Id) ? EnqueueOutcome.Accepted : EnqueueOutcome.Duplicate;
                results[i] = new EnqueueResult { Outcome = outcome, MessageId = message.PublicId, Targets = messages[i].Targets.Count };
                if (outcome == EnqueueOutcome.Accepted)
                    accepted.Add(messages[i]);
            }

            if (_contents.Refusal(accepted) is { } refusal)
                return ValueTask.FromException<IReadOnlyList<EnqueueResult>>(refusal);
            var now = _clock.Now();
            foreach (var request in accepted)
                _contents.Accept(request, now);
            _waiters.Serve(now);
        }

        return ValueTask.FromResult<IReadOnlyList<EnqueueResult>>(results);
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
            if (result.Lanes.Count > 0 || request.MaxWait == TimeSpan.Zero)
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

    public ValueTask<IReadOnlyList<SettleResult>> SettleAsync(IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken)
    {
        RequestChecks.Check(settlements);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var now = _clock.Now();
            return ValueTask.FromResult<IReadOnlyList<SettleResult>>(settlements.Select(settlement => _settler.Settle(settlement, now)).ToArray());
        }
    }

    public ValueTask<IReadOnlyList<RenewResult>> RenewAsync(IReadOnlyList<LaneRenewal> lanes, CancellationToken cancellationToken)
    {
        RequestChecks.Check(lanes);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var now = _clock.Now();
            return ValueTask.FromResult<IReadOnlyList<RenewResult>>(lanes.Select(lane => _leases.Renew(lane, now)).ToArray());
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

    public ValueTask<Page<DeliveryRecord>> ListDeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var scan = DeliveryScan.For(query);
        for (var complete = false; !complete;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (_gate)
                complete = scan.Step(_contents, _clock);
        }

        return ValueTask.FromResult(scan.ToPage());
    }

    public ValueTask<IReadOnlyList<Attempt>> ListAttemptsAsync(DeliveryId delivery, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
            return ValueTask.FromResult(_contents.Deliveries.TryGet(delivery.Value, out var known) ? known.Attempts?.Attempts ?? [] : []);
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

            return ValueTask.FromResult(new QueueDepth(_contents.Waiting, due, TimeSpan.FromTicks(now - oldest)));
        }
    }

    public ValueTask<IReadOnlyList<RedeliveryResult>> RedeliverAsync(IReadOnlyList<Redelivery> redeliveries, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<CancelResult>> CancelAsync(IReadOnlyList<DeliveryId> deliveries, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<Page<MessageRecord>> ListMessagesAsync(MessageQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<MessageRecord?> FindMessageAsync(string messageId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DeliveryRecord?> FindDeliveryAsync(DeliveryId delivery, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<LaneRecord?> FindLaneAsync(LaneId lane, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DeliveryStatistics> CountAsync(StatisticsQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<RemovalResult> TrimAsync(TrimRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<RemovalResult> EraseAsync(string? tenant, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Dispose()
    {
        lock (_gate)
            _waiters.Dispose();
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
