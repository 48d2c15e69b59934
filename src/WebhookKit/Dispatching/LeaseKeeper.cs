using System.Collections.Concurrent;
using WebhookKit.Telemetry;

namespace WebhookKit.Dispatching;

/// <summary>
/// Renews the leases of all held lanes, together, at a third of the lease. A lane that the store reports as lost, or whose deadline passed while
/// the store could not be reached, is marked as lost: its sends are cancelled and nothing more is started.
/// </summary>
internal sealed class LeaseKeeper(IDeliveryQueue queue, DispatcherOptions options, TimeProvider time, WebhookMetrics metrics, QuietLogger logger)
{
    private readonly ConcurrentDictionary<(LaneId, LaneToken), HeldLane> _held = new();

    /// <summary>Begins to renew a lane. Its requests are cancelled when the lease is lost, or when <paramref name="cutShort"/> fires.</summary>
    public HeldLane Hold(LeasedLane lease, long grantedAt, CancellationToken cutShort)
    {
        var held = new HeldLane(lease, options.LeaseDuration, grantedAt, time, cutShort);
        _held[(held.Lane, held.Token)] = held;
        return held;
    }

    /// <summary>Stops renewing a lane whose worker is done with it.</summary>
    public void Drop(HeldLane lane)
    {
        _held.TryRemove((lane.Lane, lane.Token), out _);
        lane.Dispose();
    }

    /// <summary>Renews until told to stop, which must be after the last lane was released.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(options.LeaseDuration / 3, time);
        while (await WaitAsync(timer, stop).ConfigureAwait(false))
            await RenewAsync([.. _held.Values]).ConfigureAwait(false);
    }

    /// <summary>Renews these lanes now.</summary>
    public async Task RenewAsync(IReadOnlyList<HeldLane> lanes)
    {
        if (lanes.Count == 0)
            return;
        var askedAt = time.GetTimestamp();
        var renewals = lanes.Select(l => l.Renewal()).ToArray();
        try
        {
            // A call that hangs must not keep the next round, nor a send that waits for it.
            var results = await queue.RenewAsync(renewals, CancellationToken.None).AsTask().WaitAsync(options.LeaseDuration / 3, time).ConfigureAwait(false);
            for (var i = 0; i < renewals.Length; i++)
            {
                if (results[i] == RenewOutcome.Lost)
                    Lose(lanes[i]);
                else
                    lanes[i].Extend(askedAt, renewals[i].Lease);
            }
        }
        catch (Exception e)
        {
            logger.RenewFailed(e, lanes.Count);
        }

        foreach (var lane in lanes.Where(l => l.Remaining == TimeSpan.Zero))
            Lose(lane);
    }

    private static async ValueTask<bool> WaitAsync(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Marks a lane as lost: another node may hold it.</summary>
    public void Lose(HeldLane lane)
    {
        // A lane released while the renewal was on its way is reported as lost too; that is no loss.
        if (!_held.TryRemove((lane.Lane, lane.Token), out _) || !lane.Lose())
            return;
        logger.LaneLost(lane.Lane);
        try
        {
            metrics.LaneLost();
        }
        catch (Exception e)
        {
            logger.ListenerFailed(e);
        }
    }
}
