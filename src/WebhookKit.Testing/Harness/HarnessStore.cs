namespace WebhookKit.Testing.Harness;

/// <summary>
/// Stands before the host's store: counts what is under way, knows which lanes are held and which deliveries are in hand, and waits for lanes itself, by the
/// virtual clock, so that a call that waits can be told from one that works. Lanes are given out only while it is open: so that what a test does before it lets
/// the webhooks go has no race with them.
/// </summary>
internal sealed class HarnessStore(IWebhookStore inner, Stillness stillness, DeliveriesInHand inHand, TimeProvider time) : IWebhookStore
{
    private readonly LeaseWaits _waits = new(stillness, time);

    private int _opened;

    private bool IsOpen => Volatile.Read(ref _opened) > 0;

    /// <summary>Lets lanes be given out until it is closed as often. Workers look again: something may have come into the store by another way.</summary>
    public void Open()
    {
        Interlocked.Increment(ref _opened);
        _waits.WakeAll();
    }

    /// <summary>Lets no further lanes be given out.</summary>
    public void Close() => Interlocked.Decrement(ref _opened);

    public ValueTask<IReadOnlyList<EnqueueResult>> EnqueueAsync(IReadOnlyList<EnqueueRequest> messages, CancellationToken cancellationToken) =>
        ChangeAsync(() => inner.EnqueueAsync(messages, cancellationToken));

    public async ValueTask<LeaseResult> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var started = time.GetTimestamp();
        stillness.BeginCall();
        try
        {
            while (true)
            {
                var seen = _waits.Changes;
                if (!IsOpen)
                {
                    await _waits.WaitAsync(seen, Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
                    cancellationToken.ThrowIfCancellationRequested();
                    continue;
                }

                var result = await inner.LeaseAsync(request with { MaxWait = TimeSpan.Zero }, cancellationToken).ConfigureAwait(false);
                var left = request.MaxWait - time.GetElapsedTime(started);
                if (result.Lanes.Count > 0 || left <= TimeSpan.Zero)
                {
                    inHand.Take(result.Lanes.SelectMany(lane => lane.Deliveries));
                    stillness.Hold(result.Lanes);
                    return result;
                }

                await _waits.WaitAsync(seen, result.NextDue < left ? result.NextDue.Value : left, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            stillness.Fail(e);
            throw;
        }
        finally
        {
            stillness.EndCall();
        }
    }

    public ValueTask<IReadOnlyList<LaneRefillResult>> RefillAsync(IReadOnlyList<LaneRefill> lanes, CancellationToken cancellationToken) =>
        WorkAsync(() => inner.RefillAsync(lanes, cancellationToken), results => inHand.Take(results.SelectMany(result => result.Deliveries)));

    public ValueTask<IReadOnlyList<SettleResult>> SettleAsync(IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken) =>
        WorkAsync(() => inner.SettleAsync(settlements, cancellationToken), _ =>
        {
            inHand.Settle(settlements);
            stillness.Settle(settlements.Count(settlement => settlement.Attempt is not null));
        });

    public ValueTask<IReadOnlyList<RenewResult>> RenewAsync(IReadOnlyList<LaneRenewal> lanes, CancellationToken cancellationToken) =>
        WorkAsync(() => inner.RenewAsync(lanes, cancellationToken), _ => { });

    public async ValueTask WakeAsync(IReadOnlyList<LaneId> lanes, CancellationToken cancellationToken) => await ChangeAsync(async () =>
    {
        await inner.WakeAsync(lanes, cancellationToken).ConfigureAwait(false);
        return lanes.Count;
    }).ConfigureAwait(false);

    public async ValueTask ReleaseAsync(IReadOnlyList<LaneRelease> lanes, CancellationToken cancellationToken) => await WorkAsync(
        async () =>
        {
            await inner.ReleaseAsync(lanes, cancellationToken).ConfigureAwait(false);
            return lanes.Count;
        },
        _ => stillness.Release(lanes)).ConfigureAwait(false);

    public ValueTask<IReadOnlyList<RedeliveryResult>> RedeliverAsync(IReadOnlyList<Redelivery> redeliveries, CancellationToken cancellationToken) =>
        ChangeAsync(() => inner.RedeliverAsync(redeliveries, cancellationToken));

    public ValueTask<IReadOnlyList<CancelResult>> CancelAsync(IReadOnlyList<DeliveryId> deliveries, CancellationToken cancellationToken) =>
        ChangeAsync(() => inner.CancelAsync(deliveries, cancellationToken));

    public ValueTask<RemovalResult> TrimAsync(TrimRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(() => inner.TrimAsync(request, cancellationToken));

    public ValueTask<RemovalResult> EraseAsync(string? tenant, int limit, CancellationToken cancellationToken) =>
        ChangeAsync(() => inner.EraseAsync(tenant, limit, cancellationToken));

    public ValueTask<Page<MessageRecord>> ListMessagesAsync(MessageQuery query, CancellationToken cancellationToken) =>
        inner.ListMessagesAsync(query, cancellationToken);

    public ValueTask<MessageRecord?> FindMessageAsync(string messageId, CancellationToken cancellationToken) =>
        inner.FindMessageAsync(messageId, cancellationToken);

    public ValueTask<DeliveryRecord?> FindDeliveryAsync(DeliveryId delivery, CancellationToken cancellationToken) =>
        inner.FindDeliveryAsync(delivery, cancellationToken);

    public ValueTask<LaneRecord?> FindLaneAsync(LaneId lane, CancellationToken cancellationToken) => inner.FindLaneAsync(lane, cancellationToken);

    public ValueTask<DeliveryStatistics> CountAsync(StatisticsQuery query, CancellationToken cancellationToken) => inner.CountAsync(query, cancellationToken);

    public ValueTask<Page<DeliveryRecord>> ListDeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken) =>
        inner.ListDeliveriesAsync(query, cancellationToken);

    public ValueTask<IReadOnlyList<Attempt>> ListAttemptsAsync(DeliveryId delivery, CancellationToken cancellationToken) =>
        inner.ListAttemptsAsync(delivery, cancellationToken);

    public ValueTask<QueueDepth> MeasureAsync(CancellationToken cancellationToken) => inner.MeasureAsync(cancellationToken);

    /// <summary>A call of the dispatcher's, which nobody in a test sees fail.</summary>
    private async ValueTask<T> WorkAsync<T>(Func<ValueTask<T>> call, Action<T> note)
    {
        try
        {
            return await ChangeAsync(call, note).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            stillness.Fail(e);
            throw;
        }
    }

    private async ValueTask<T> ChangeAsync<T>(Func<ValueTask<T>> call, Action<T>? note = null)
    {
        stillness.BeginCall();
        try
        {
            var result = await call().ConfigureAwait(false);
            note?.Invoke(result);
            return result;
        }
        finally
        {
            // Also after a failure, since the call may have taken effect.
            stillness.Change();
            _waits.WakeAll();
            stillness.EndCall();
        }
    }
}
