using System.Threading.Channels;
using WebhookKit.Queueing;

namespace WebhookKit.Dispatching;

/// <summary>
/// Works one lane from lease to release. One loop decides everything (what to start, when to refill, when to stop); the deliveries it starts run beside it
/// and report back through a channel, first when sent, then when settled.
/// </summary>
/// <remarks>
/// The lane is given back when nothing is in flight and nothing further is due; also after its quantum (256 deliveries or 5 s) if other lanes wait for a
/// place, so that lanes take turns, and after a minute in any case: what committed late, a changed setting and a corrected clock are seen at the next
/// lease. What is sent and not settled is bounded by twice what may be in flight, so a store that does not settle stops the sending. Nothing new is started
/// once the lease is lost or the host stops. What was leased but not started is simply left: it is due as before.
/// </remarks>
internal sealed class LaneWorker(LeasedLane lease, HeldLane lane, LeaseClock clock, DispatchContext context)
{
    private static readonly TimeSpan Quantum = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FaultRest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReleasePatience = TimeSpan.FromMinutes(2);

    private readonly LaneStock _stock = new(lease, lane, context);
    private readonly Channel<Report> _reports = Channel.CreateUnbounded<Report>(new UnboundedChannelOptions { SingleReader = true });
    private readonly long _leasedAt = context.Time.GetTimestamp();
    private long _startedAt = context.Time.GetTimestamp();
    private ConcurrencyWindow _window;
    private TimeSpan _hold;
    private int _sending;
    private bool _startedAny;
    private Task<bool>? _listening;
    private Task? _pause;

    /// <summary>Nothing further is started: the lane is held back, lost, or has had its time; or the host stops.</summary>
    private bool Ending =>
        _hold > TimeSpan.Zero || lane.Cancelled.IsCancellationRequested || context.Stopping.IsCancellationRequested || (_startedAny && TimeUsed);

    private bool TimeUsed => context.Time.GetElapsedTime(_startedAt) >= Quantum;

    public async Task RunAsync()
    {
        try
        {
            await GuardedWorkAsync().ConfigureAwait(false);
            await ReleaseAsync().ConfigureAwait(false);
        }
        finally
        {
            context.Leases.Drop(lane);
        }
    }

    /// <summary>A fault of our own must not look like a crash, which would put a healthy delivery under suspicion: the lane rests and is released.</summary>
    private async Task GuardedWorkAsync()
    {
        try
        {
            await WorkAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            context.Logger.LaneFailed(e, lane.Lane);
            _hold = FaultRest;
            _stock.Drop();
            while (!_stock.IsEmpty)
                await ListenAsync().ConfigureAwait(false);
        }
    }

    private async Task WorkAsync()
    {
        var max = await context.Pipe.MaxConcurrencyAsync(lease.Deliveries[0]).ConfigureAwait(false);
        _window = new ConcurrencyWindow(lease.State.Concurrency, max);
        while (true)
        {
            if ((TimeUsed || !_stock.MayGrow) && !context.IsCrowded() && context.Time.GetElapsedTime(_leasedAt) < LongestHold)
                BeginQuantum();
            await StartAsync().ConfigureAwait(false);
            if (Ending)
                _stock.Drop();
            else if (!TimeUsed && await _stock.RefillAsync(_window.Limit).ConfigureAwait(false))
                continue;
            if (_stock.IsEmpty)
                break;
            await ListenAsync().ConfigureAwait(false);
        }
    }

    private void BeginQuantum()
    {
        _startedAt = context.Time.GetTimestamp();
        _stock.BeginQuantum();
    }

    /// <summary>Starts what may be started: as many as the window and the slots of this node allow.</summary>
    private async ValueTask StartAsync()
    {
        while (_stock.Waiting > 0 && _sending < _window.Limit && _stock.InFlight < 2 * _window.Limit && !Ending)
        {
            if (!context.Slots.Wait(0, CancellationToken.None))
            {
                if (!await WaitForSlotAsync().ConfigureAwait(false))
                    return;
                if (Ending)
                {
                    context.Slots.Release();
                    return;
                }
            }

            _sending++;
            _startedAny = true;
            _ = DeliverAsync(_stock.TakeNext());
        }
    }

    private async Task<bool> WaitForSlotAsync()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.Stopping, lane.Cancelled);
        try
        {
            await context.Slots.WaitAsync(stop.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Runs beside the loop and reports twice, whatever happens: when sent, and when settled.</summary>
    private async Task DeliverAsync(HandedOut delivery)
    {
        var settled = DeliveryStep.Left;
        try
        {
            var step = await SendAsync(delivery).ConfigureAwait(false);
            if (step.Settlement is not null)
                settled = await SettleAsync(step.Settlement).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The settlement was given up, and logged as such: the process is going down.
        }
        finally
        {
            _reports.Writer.TryWrite(new Report(delivery.Delivery.Id, Settled: true, settled));
        }
    }

    /// <summary>What is stale means that the lane is somebody else's; what the store refuses lets the lane rest, or it would be sent again at once.</summary>
    private async Task<DeliveryStep> SettleAsync(Settlement settlement)
    {
        var result = await context.Settlements.SettleAsync(settlement).ConfigureAwait(false);
        if (result == SettleResult.Stale)
            context.Leases.Lose(lane);
        return result is null ? DeliveryStep.Held(SettlementBatcher.RefusedPause) : DeliveryStep.Left;
    }

    private async Task<DeliveryStep> SendAsync(HandedOut delivery)
    {
        var step = DeliveryStep.Left;
        try
        {
            return step = await context.Pipe.DeliverAsync(delivery, lane, clock).ConfigureAwait(false);
        }
        finally
        {
            context.Slots.Release();
            _reports.Writer.TryWrite(new Report(delivery.Delivery.Id, Settled: false, step));
        }
    }

    /// <summary>
    /// Waits for reports; where there is room for more, only for a while, so that what is published meanwhile need not wait for a slow one in flight.
    /// </summary>
    private async Task ListenAsync()
    {
        _listening ??= _reports.Reader.WaitToReadAsync().AsTask();
        if (!_listening.IsCompleted && _stock.Waiting == 0 && _stock.MayGrow && !TimeUsed && !Ending)
        {
            _pause ??= Task.Delay(LaneStock.RefillPause, context.Time);
            if (await Task.WhenAny(_listening, _pause).ConfigureAwait(false) == _pause)
            {
                _pause = null;
                return;
            }
        }

        await _listening.ConfigureAwait(false);
        _listening = null;
        while (_reports.Reader.TryRead(out var report))
            Note(report);
    }

    private void Note(Report report)
    {
        if (report.Step.Hold > _hold)
            _hold = report.Step.Hold;
        if (report.Settled)
        {
            _stock.Settled(report.Delivery);
            return;
        }

        _sending--;
        if (report.Step.Settlement?.Attempt is { } attempt)
            _window.Observe(attempt.Outcome, attempt.Duration);
    }

    /// <summary>
    /// Repeated, with the lease renewed meanwhile, until the store takes it; not for ever, nor when the lane is lost or the process goes down.
    /// </summary>
    private async Task ReleaseAsync()
    {
        var learned = _window.Limit == 0 ? lease.State : new LaneState { Concurrency = _window.Limit };
        var release = new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = learned, Hold = _hold };
        var backoff = new StoreBackoff(context.Time);
        var since = context.Time.GetTimestamp();
        while (true)
        {
            try
            {
                await context.Queue.ReleaseAsync([release], CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (Exception e)
            {
                if (backoff.Failures == 0)
                    context.Logger.ReleaseFailed(e, lane.Lane);
                if (lane.Cancelled.IsCancellationRequested || context.Settlements.GivenUp.IsCancellationRequested
                    || context.Time.GetElapsedTime(since) > ReleasePatience)
                {
                    context.Logger.ReleaseGivenUp(e, lane.Lane);
                    return;
                }

                await backoff.WaitAsync(lane.Cancelled).ConfigureAwait(false);
            }
        }
    }

    private readonly record struct Report(DeliveryId Delivery, bool Settled, DeliveryStep Step);
}
