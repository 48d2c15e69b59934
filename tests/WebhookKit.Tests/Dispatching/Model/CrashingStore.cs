namespace WebhookKit.Tests.Dispatching.Model;

/// <summary>
/// Lets workers die, as the store sees it: what a dying worker says is swallowed, so that its lease runs out and somebody takes over. What it settled is kept, to
/// arrive late.
/// </summary>
internal sealed class CrashingStore(IWebhookStore inner) : IWebhookStore
{
    private readonly HashSet<LaneToken> _dead = [];
    private readonly Dictionary<LaneId, int> _expiries = [];

    /// <summary>What was settled by workers that died, and has not arrived.</summary>
    public List<Settlement> Late { get; } = [];

    /// <summary>How many more workers die at their next settlement.</summary>
    public int Crashes { get; set; }

    /// <summary>How many more workers die at their next lease.</summary>
    public int LeaseCrashes { get; set; }


    /// <summary>Deliveries whose end was swallowed at least once.</summary>
    public HashSet<DeliveryId> Swallowed { get; } = [];

    /// <summary>How often a lease of the lane will have run out without a word.</summary>
    public int ExpiriesOf(LaneId lane) => _expiries.GetValueOrDefault(lane);

    public async ValueTask<LeaseResult> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken)
    {
        var result = await inner.LeaseAsync(request, cancellationToken);
        if (result.Lanes.Count == 0 || LeaseCrashes == 0)
            return result;
        LeaseCrashes--;
        foreach (var lane in result.Lanes)
            Count(lane.Lane);
        return result with { Lanes = [] };
    }

    public async ValueTask<IReadOnlyList<SettleOutcome>> SettleAsync(IReadOnlyList<Settlement> settlements, CancellationToken cancellationToken)
    {
        if (Crashes > 0)
        {
            Crashes--;
            foreach (var (lane, token) in settlements.Select(settlement => (settlement.Lane, settlement.Token)).Distinct())
            {
                _dead.Add(token);
                Count(lane);
            }
        }

        var results = new List<SettleOutcome>();
        foreach (var settlement in settlements)
        {
            if (!_dead.Contains(settlement.Token))
            {
                results.AddRange(await inner.SettleAsync([settlement], cancellationToken));
                continue;
            }

            Late.Add(settlement);
            Swallowed.Add(settlement.Delivery);
            results.Add(SettleOutcome.Stale);
        }

        return results;
    }

    public async ValueTask ArriveLateAsync()
    {
        await inner.SettleAsync([.. Late], default);
        Late.Clear();
    }

    public ValueTask ReleaseAsync(IReadOnlyList<LaneRelease> lanes, CancellationToken cancellationToken) =>
        inner.ReleaseAsync([.. lanes.Where(lane => !_dead.Contains(lane.Token))], cancellationToken);

    public async ValueTask<IReadOnlyList<RenewOutcome>> RenewAsync(IReadOnlyList<LaneRenewal> lanes, CancellationToken cancellationToken)
    {
        var results = new List<RenewOutcome>();
        foreach (var lane in lanes)
            results.AddRange(_dead.Contains(lane.Token) ? [RenewOutcome.Lost] : await inner.RenewAsync([lane], cancellationToken));
        return results;
    }

    public ValueTask<IReadOnlyList<LaneRefillResult>> RefillAsync(IReadOnlyList<LaneRefill> lanes, CancellationToken cancellationToken) =>
        inner.RefillAsync(lanes, cancellationToken);

    public ValueTask<IReadOnlyList<EnqueueResult>> EnqueueAsync(IReadOnlyList<EnqueueRequest> messages, CancellationToken cancellationToken) =>
        inner.EnqueueAsync(messages, cancellationToken);

    public ValueTask WakeAsync(IReadOnlyList<LaneId> lanes, CancellationToken cancellationToken) => inner.WakeAsync(lanes, cancellationToken);

    public ValueTask<IReadOnlyList<RedeliveryResult>> RedeliverAsync(IReadOnlyList<Redelivery> redeliveries, CancellationToken cancellationToken) =>
        inner.RedeliverAsync(redeliveries, cancellationToken);

    public ValueTask<IReadOnlyList<CancelOutcome>> CancelAsync(IReadOnlyList<DeliveryId> deliveries, CancellationToken cancellationToken) =>
        inner.CancelAsync(deliveries, cancellationToken);

    public ValueTask<CancelledBatch> CancelMessageAsync(string messageId, int limit, CancellationToken cancellationToken) =>
        inner.CancelMessageAsync(messageId, limit, cancellationToken);

    public ValueTask<Page<MessageRecord>> ListMessagesAsync(MessageQuery query, CancellationToken cancellationToken) =>
        inner.ListMessagesAsync(query, cancellationToken);

    public ValueTask<MessageRecord?> FindMessageAsync(string messageId, CancellationToken cancellationToken) => inner.FindMessageAsync(messageId, cancellationToken);

    public ValueTask<Page<DeliveryRecord>> ListDeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken) =>
        inner.ListDeliveriesAsync(query, cancellationToken);

    public ValueTask<DeliveryRecord?> FindDeliveryAsync(DeliveryId delivery, CancellationToken cancellationToken) =>
        inner.FindDeliveryAsync(delivery, cancellationToken);

    public ValueTask<IReadOnlyList<Attempt>> ListAttemptsAsync(DeliveryId delivery, CancellationToken cancellationToken) =>
        inner.ListAttemptsAsync(delivery, cancellationToken);

    public ValueTask<LaneRecord?> FindLaneAsync(LaneId lane, CancellationToken cancellationToken) => inner.FindLaneAsync(lane, cancellationToken);

    public ValueTask<QueueDepth> MeasureAsync(CancellationToken cancellationToken) => inner.MeasureAsync(cancellationToken);

    public ValueTask<DeliveryStatistics> CountAsync(StatisticsQuery query, CancellationToken cancellationToken) => inner.CountAsync(query, cancellationToken);

    public ValueTask<RemovalResult> TrimAsync(TrimRequest request, CancellationToken cancellationToken) => inner.TrimAsync(request, cancellationToken);

    public ValueTask<RemovalResult> EraseAsync(string? tenant, int limit, CancellationToken cancellationToken) =>
        inner.EraseAsync(tenant, limit, cancellationToken);

    private void Count(LaneId lane) => _expiries[lane] = _expiries.GetValueOrDefault(lane) + 1;
}
