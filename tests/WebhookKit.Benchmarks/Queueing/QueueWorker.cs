namespace WebhookKit.Benchmarks.Queueing;

/// <summary>Works a queue without sending: leases a few lanes, settles what they give as delivered, gives them back.</summary>
internal sealed class QueueWorker(IDeliveryQueue queue, string name)
{
    private const int Lanes = 4;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>How many deliveries one turn settles where enough wait.</summary>
    public const int Turn = Lanes * DeliveriesPerLane;

    private const int DeliveriesPerLane = 50;

    private readonly LeaseRequest _request = new() { Worker = name, MaxLanes = Lanes, MaxDeliveriesPerLane = DeliveriesPerLane, Lease = Lease };

    /// <summary>One turn; answers with how many deliveries it settled.</summary>
    public async Task<int> WorkAsync(CancellationToken cancellationToken)
    {
        var leased = await queue.LeaseAsync(_request, cancellationToken);
        if (leased.Lanes.Count == 0)
            return 0;
        var settlements = leased.Lanes.SelectMany(lane => lane.Deliveries.Select(delivery => Delivered(lane, delivery, leased.Now))).ToList();
        var outcomes = await queue.SettleAsync(settlements, cancellationToken);
        await queue.ReleaseAsync(
            [.. leased.Lanes.Select(lane => new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = lane.State })], cancellationToken);
        return outcomes.Count(outcome => outcome == SettleOutcome.Applied);
    }

    private static Settlement Delivered(LeasedLane lane, LeasedDelivery delivery, DateTimeOffset now) => new()
    {
        Delivery = delivery.Id,
        Lane = lane.Lane,
        Token = lane.Token,
        AttemptsMade = delivery.AttemptsMade,
        Action = SettlementAction.Delivered,
        Attempt = new Attempt
        {
            Id = Guid.CreateVersion7(now),
            Delivery = delivery.Id,
            Number = delivery.AttemptsMade + 1,
            Trigger = delivery.Trigger,
            StartedAt = now,
            Duration = TimeSpan.FromMilliseconds(1),
            Outcome = AttemptOutcome.Delivered,
            StatusCode = 200,
        },
    };
}
