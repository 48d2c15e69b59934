using WebhookKit.FaultTests.Backlog;

namespace WebhookKit.Benchmarks.Queueing;

/// <summary>Works a queue without sending: leases a few lanes, settles what they give as delivered, gives them back.</summary>
internal sealed class QueueWorker(IDeliveryQueue queue, string name)
{
    /// <summary>How many deliveries one turn settles where enough wait.</summary>
    public const int Turn = Lanes * DeliveriesPerLane;

    private const int Lanes = 4;
    private const int DeliveriesPerLane = 50;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private readonly LeaseRequest _request = new() { Worker = name, MaxLanes = Lanes, MaxDeliveriesPerLane = DeliveriesPerLane, Lease = Lease };

    /// <summary>One turn; answers with how many deliveries it settled.</summary>
    public async Task<int> WorkAsync(CancellationToken cancellationToken)
    {
        var leased = await queue.LeaseAsync(_request, cancellationToken);
        if (leased.Lanes.Count == 0)
            return 0;
        var settlements = leased.Lanes.SelectMany(lane => lane.Deliveries.Select(delivery => Working.Delivered(lane, delivery, leased.Now))).ToList();
        var outcomes = await queue.SettleAsync(settlements, cancellationToken);
        await queue.ReleaseAsync(
            [.. leased.Lanes.Select(lane => new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = lane.State })], cancellationToken);
        return outcomes.Count(outcome => outcome == SettleOutcome.Applied);
    }
}
