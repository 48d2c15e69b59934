namespace WebhookKit.Testing.Harness;

/// <summary>
/// Stands before the host's store: counts what is under way, knows which lanes are held, and waits for lanes itself, so that a call that waits can be told from
/// one that works. Under a harness lanes are given out only when it lets them, one at a time with one delivery each: then nothing depends on which of two was
/// quicker.
/// </summary>
internal sealed class HarnessStore(IWebhookStore inner, Stillness stillness, HandedOut handedOut, TimeProvider time, bool isUnderHarness) : IWebhookStore
{
    private readonly LeaseWaits _waits = new(stillness, time, isUnderHarness);

    /// <summary>Lets a worker look for a lane, if one may be due; whether it did.</summary>
    public bool Let() => _waits.Let();

    /// <summary>Lets workers look again at the next occasion: something may have come into the store by another way.</summary>
    public void LookAgain() => _waits.Change();

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
                cancellationToken.ThrowIfCancellationRequested();
                long? seen = null;
                TimeSpan? due = null;
                var looked = time.GetTimestamp();
                if (_waits.MayLook())
                {
                    seen = _waits.Changes;
                    var result = await inner.LeaseAsync(Bounded(request), cancellationToken).ConfigureAwait(false);
                    var left = request.MaxWait - time.GetElapsedTime(started, looked);
                    if (result.Suspects.Count > 0)
                    {
                        // They ended, and the worker that is told of them looks again.
                        stillness.Change();
                        _waits.Change();
                    }

                    if (result.Lanes.Count > 0 || result.Suspects.Count > 0 || (!isUnderHarness && left <= TimeSpan.Zero))
                    {
                        handedOut.Note(result);
                        stillness.Hold(result.Lanes);
                        return result;
                    }

                    due = isUnderHarness || result.NextDue < left ? result.NextDue : left;
                }

                await _waits.WaitAsync(seen, looked, due, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Under a harness a refill gives nothing, and says truly whether the lane is lost.</summary>
    public ValueTask<IReadOnlyList<LaneRefillResult>> RefillAsync(IReadOnlyList<LaneRefill> lanes, CancellationToken cancellationToken)
    {
        var asked = isUnderHarness ? [.. lanes.Select(lane => lane with { Quota = 0 })] : lanes;
        return WorkAsync(() => inner.RefillAsync(asked, cancellationToken));
    }

    public ValueTask<IReadOnlyList<SettleOutcome>> SettleAsync(IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken) =>
        WorkAsync(() => inner.SettleAsync(settlements, cancellationToken));

    public ValueTask<IReadOnlyList<RenewOutcome>> RenewAsync(IReadOnlyList<LaneRenewal> lanes, CancellationToken cancellationToken) =>
        WorkAsync(() => inner.RenewAsync(lanes, cancellationToken));

    public async ValueTask WakeAsync(IReadOnlyList<LaneId> lanes, CancellationToken cancellationToken) => await ChangeAsync(async () =>
    {
        await inner.WakeAsync(lanes, cancellationToken).ConfigureAwait(false);
        return lanes.Count;
    }).ConfigureAwait(false);

    public ValueTask<IReadOnlyList<RedeliveryResult>> RedeliverAsync(IReadOnlyList<Redelivery> redeliveries, CancellationToken cancellationToken) =>
        ChangeAsync(() => inner.RedeliverAsync(redeliveries, cancellationToken));

    public ValueTask<IReadOnlyList<CancelOutcome>> CancelAsync(IReadOnlyList<DeliveryId> deliveries, CancellationToken cancellationToken) =>
        ChangeAsync(() => inner.CancelAsync(deliveries, cancellationToken));

    public ValueTask<CancelledBatch> CancelMessageAsync(string messageId, int limit, CancellationToken cancellationToken) =>
        ChangeAsync(() => inner.CancelMessageAsync(messageId, limit, cancellationToken));

    public async ValueTask ReleaseAsync(IReadOnlyList<LaneRelease> lanes, CancellationToken cancellationToken) => await WorkAsync(
        async () =>
        {
            await inner.ReleaseAsync(lanes, cancellationToken).ConfigureAwait(false);
            return lanes.Count;
        },
        _ => stillness.Release(lanes)).ConfigureAwait(false);

    public ValueTask<RemovalResult> TrimAsync(TrimRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(() => inner.TrimAsync(request, cancellationToken));

    public ValueTask<RemovalResult> EraseAsync(string? tenant, int limit, CancellationToken cancellationToken) =>
        ChangeAsync(() => inner.EraseAsync(tenant, limit, cancellationToken));

    public ValueTask<Page<MessageRecord>> ListMessagesAsync(MessageQuery query, CancellationToken cancellationToken) =>
        inner.ListMessagesAsync(query, cancellationToken);

    public ValueTask<MessageRecord?> FindMessageAsync(string messageId, CancellationToken cancellationToken) =>
        inner.FindMessageAsync(messageId, cancellationToken);

    public ValueTask<Page<DeliveryRecord>> ListDeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken) =>
        inner.ListDeliveriesAsync(query, cancellationToken);

    public ValueTask<DeliveryRecord?> FindDeliveryAsync(DeliveryId delivery, CancellationToken cancellationToken) =>
        inner.FindDeliveryAsync(delivery, cancellationToken);

    public ValueTask<IReadOnlyList<Attempt>> ListAttemptsAsync(DeliveryId delivery, CancellationToken cancellationToken) =>
        inner.ListAttemptsAsync(delivery, cancellationToken);

    public ValueTask<LaneRecord?> FindLaneAsync(LaneId lane, CancellationToken cancellationToken) => inner.FindLaneAsync(lane, cancellationToken);

    public ValueTask<DeliveryStatistics> CountAsync(StatisticsQuery query, CancellationToken cancellationToken) => inner.CountAsync(query, cancellationToken);

    public ValueTask<QueueDepth> MeasureAsync(CancellationToken cancellationToken) => inner.MeasureAsync(cancellationToken);

    private LeaseRequest Bounded(LeaseRequest request) => isUnderHarness
        ? request with { MaxWait = TimeSpan.Zero, MaxLanes = 1, MaxDeliveriesPerLane = 1 }
        : request with { MaxWait = TimeSpan.Zero };

    /// <summary>A call of the dispatcher's, which nobody in a test sees fail.</summary>
    private async ValueTask<T> WorkAsync<T>(Func<ValueTask<T>> call, Action<T>? note = null)
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
            _waits.Change();
            stillness.EndCall();
        }
    }
}
