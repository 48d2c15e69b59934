using WebhookKit.Queueing;
using WebhookKit.Telemetry;

namespace WebhookKit.Dispatching;

/// <summary>Leases lanes that are due and gives each to a <see cref="LaneWorker"/>; few more lanes at once than requests may be in flight.</summary>
internal sealed class LaneLoop(
    IDeliveryQueue queue, DeliveryPipe pipe, LeaseKeeper leases, SettlementBatcher settlements, SettlementFollower follower, SlotPool slots,
    OperationalEvents events, DispatcherOptions options, TimeProvider time, QuietLogger logger)
    : IDisposable
{
    private const int MaxLanesAtOnce = 32;
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(30);

    private readonly string _worker = $"{Environment.MachineName}/{Environment.ProcessId}";
    private readonly SemaphoreSlim _lanes = new(slots.LanePlaces);
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _working = [];
    private volatile bool _isCrowded;

    /// <summary>How many requests are in flight.</summary>
    public int InFlight => slots.InUse;

    /// <summary>
    /// Leases until <paramref name="stopping"/> fires; ends when the last lane is released. <paramref name="cutShort"/> cancels requests in flight.
    /// </summary>
    public async Task RunAsync(CancellationToken stopping, CancellationToken cutShort)
    {
        var context = new DispatchContext
        {
            Queue = queue, Pipe = pipe, Leases = leases, Settlements = settlements, Follower = follower,
            Time = time, Logger = logger, Slots = slots, Stopping = stopping,
            IsCrowded = () => _isCrowded,
        };
        var backoff = new StoreBackoff(time);
        var isReported = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await LeaseAsync(context, cutShort).ConfigureAwait(false);
                if (backoff.Failures > 0 && !isReported)
                    logger.LeaseRecovered(backoff.Failures);
                backoff.Reset();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                if (backoff.Failures == 0)
                    logger.LeaseFailed(e);
                isReported = e is WebhookStoreException { IsReported: true };
                await backoff.WaitAsync(stopping).ConfigureAwait(false);
            }
        }

        // A worker that failed has been logged.
        await Task.WhenAll(Working()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _lanes.Dispose();

    private async Task LeaseAsync(DispatchContext context, CancellationToken cutShort)
    {
        var free = await ReserveAsync(context.Stopping).ConfigureAwait(false);
        try
        {
            var request = new LeaseRequest
            {
                Worker = _worker, MaxLanes = free, MaxDeliveriesPerLane = DispatchContext.Quota, Lease = options.LeaseDuration, MaxWait = LongestPoll,
            };
            var result = await queue.LeaseAsync(request, context.Stopping).ConfigureAwait(false);
            var clock = new LeaseClock(result, time);
            Tell(result);
            foreach (var lease in result.Lanes)
            {
                free--;
                Start(new LaneWorker(lease, leases.Hold(lease, result.GrantedAt, cutShort), clock, context));
            }
        }
        finally
        {
            if (free > 0)
                _lanes.Release(free);
        }
    }

    /// <summary>Nobody else hears of what the store itself gave up.</summary>
    private void Tell(LeaseResult result)
    {
        foreach (var suspect in result.Suspects)
        {
            logger.SuspectDeadLettered(suspect.MessageId, suspect.Id, suspect.Target);
            events.Raise(new DeliveryExhausted
            {
                OccurredAt = result.Now,
                Tenant = suspect.Tenant,
                Delivery = suspect.Id,
                MessageId = suspect.MessageId,
                EventType = suspect.EventType,
                Subscription = suspect.Subscription,
                Destination = suspect.Destination,
                Reason = DeadReason.Suspect,
                Attempts = suspect.AttemptsMade,
            });
        }
    }

    /// <summary>Waits for room for a lane, then takes what further room there is.</summary>
    private async Task<int> ReserveAsync(CancellationToken stopping)
    {
        _isCrowded = _lanes.CurrentCount == 0;
        await _lanes.WaitAsync(stopping).ConfigureAwait(false);
        _isCrowded = false;
        var free = 1;
        while (free < MaxLanesAtOnce && _lanes.Wait(0, CancellationToken.None))
            free++;
        return free;
    }

    private void Start(LaneWorker worker)
    {
        var working = Task.Run(worker.RunAsync);
        lock (_lock)
            _working.Add(working);
        _ = FinishAsync(worker, working);
    }

    private async Task FinishAsync(LaneWorker worker, Task working)
    {
        await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        worker.Dispose();
        if (working.Exception is { } failure)
            logger.PartFailed(failure);
        lock (_lock)
            _working.Remove(working);
        _lanes.Release();
    }

    private Task[] Working()
    {
        lock (_lock)
            return [.. _working];
    }
}
