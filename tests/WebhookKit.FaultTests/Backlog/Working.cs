using System.Diagnostics;
using System.Globalization;

namespace WebhookKit.FaultTests.Backlog;

/// <summary>Works the queue without sending: leases lanes, settles what they give as delivered, and gives them back.</summary>
internal sealed class Working(IDeliveryQueue queue)
{
    private const int Workers = 4;
    private const int Lanes = 4;
    private const int DeliveriesPerLane = 250;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private long _settled;
    private long _leasing;
    private long _settling;

    public long Settled => Interlocked.Read(ref _settled);

    /// <summary>
    /// Settles about that many deliveries, or all there are; answers with how many it leased, and how many it settled, in a second of doing so.
    /// </summary>
    public async Task<(double Leased, double Settled)> SettleAsync(int deliveries, CancellationToken cancellationToken)
    {
        var before = Settled;
        (_leasing, _settling) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => WorkAsync(worker, before + deliveries, cancellationToken)));
        var done = Settled - before;
        return (Rate(done, _leasing), Rate(done, _settling));
    }

    // The workers' times are added up: all of them together do that many times as much.
    private static double Rate(long done, long ticks) =>
        done == 0 ? 0 : done * Workers / TimeSpan.FromSeconds(ticks / (double)Stopwatch.Frequency).TotalSeconds;

    private async Task WorkAsync(int worker, long target, CancellationToken cancellationToken)
    {
        var request = new LeaseRequest
        {
            Worker = string.Create(CultureInfo.InvariantCulture, $"backlog-{worker}"),
            MaxLanes = Lanes,
            MaxDeliveriesPerLane = DeliveriesPerLane,
            Lease = Lease,
            MaxWait = LongestWait,
        };
        while (Settled < target)
        {
            var startedAt = Stopwatch.GetTimestamp();
            var leased = await queue.LeaseAsync(request, cancellationToken);
            if (leased.Lanes.Count == 0)
                return;
            Interlocked.Add(ref _leasing, Stopwatch.GetTimestamp() - startedAt);

            var settlements = leased.Lanes.SelectMany(lane => lane.Deliveries.Select(delivery => Delivered(lane, delivery, leased.Now))).ToList();
            startedAt = Stopwatch.GetTimestamp();
            var outcomes = await queue.SettleAsync(settlements, cancellationToken);
            Interlocked.Add(ref _settling, Stopwatch.GetTimestamp() - startedAt);
            Interlocked.Add(ref _settled, outcomes.Count(outcome => outcome == SettleOutcome.Applied));
            await queue.ReleaseAsync(
                [.. leased.Lanes.Select(lane => new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = lane.State })], cancellationToken);
        }
    }

    /// <summary>The settlement of a delivery as if it had been sent and accepted.</summary>
    public static Settlement Delivered(LeasedLane lane, LeasedDelivery delivery, DateTimeOffset now) => new()
    {
        Delivery = delivery.Id,
        Lane = lane.Lane,
        Token = lane.Token,
        AttemptsMade = delivery.AttemptsMade,
        Action = SettlementAction.Delivered,
        Attempt = new Attempt
        {
            Id = Guid.CreateVersion7(),
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
