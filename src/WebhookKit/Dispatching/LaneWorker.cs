using System.Threading.Channels;

namespace WebhookKit.Dispatching;

/// <summary>
/// Works one lane from lease to release. One loop decides everything (what to start, when to refill, when to stop); the deliveries it starts run beside it
/// and report back through a channel, first when sent, then when settled.
/// </summary>
/// <remarks>
/// The lane is given back when nothing is in flight and nothing further is due, or after its quantum (256 deliveries or 5 s), so that lanes take turns.
/// Nothing new is started once the lease is lost or the host stops. What was leased but not started is simply left: it is due as before.
/// </remarks>
internal sealed class LaneWorker(LeasedLane lease, HeldLane lane, LeaseClock clock, DispatchContext context)
{
    private static readonly TimeSpan Quantum = TimeSpan.FromSeconds(5);

    private readonly LaneStock _stock = new(lease, lane, context);
    private readonly Channel<Report> _reports = Channel.CreateUnbounded<Report>(new UnboundedChannelOptions { SingleReader = true });
    private readonly long _startedAt = context.Time.GetTimestamp();
    private ConcurrencyWindow _window;
    private TimeSpan _hold;
    private int _sending;
    private bool _startedAny;
    private Task<bool>? _listening;
    private Task? _pause;

    /// <summary>Nothing further is started: the lane is held back, lost, or has had its time; or the host stops.</summary>
    private bool Ending => _hold > TimeSpan.Zero || lane.Cancelled.IsCancellationRequested || context.Stopping.IsCancellationRequested || (_startedAny && TimeUsed);

    private bool TimeUsed => context.Time.GetElapsedTime(_startedAt) >= Quantum;

    public async Task RunAsync()
    {
        try
        {
            await WorkAsync().ConfigureAwait(false);
        }
        finally
        {
            context.Leases.Drop(lane);
        }
    }

    private async Task WorkAsync()
    {
        var max = await context.Pipe.MaxConcurrencyAsync(lease.Deliveries[0].Subscription).ConfigureAwait(false);
        _window = new ConcurrencyWindow(lease.State.Concurrency, max);
        while (true)
        {
            await StartAsync().ConfigureAwait(false);
            if (Ending)
                _stock.Drop();
            else if (!TimeUsed && await _stock.RefillAsync(_window.Limit).ConfigureAwait(false))
                continue;
            if (_stock.IsEmpty)
                break;
            await ListenAsync().ConfigureAwait(false);
        }

        await ReleaseAsync().ConfigureAwait(false);
    }

    /// <summary>Starts what may be started: as many as the window and the slots of this node allow.</summary>
    private async ValueTask StartAsync()
    {
        while (_stock.Waiting > 0 && _sending < _window.Limit && !Ending)
        {
            if (!context.Slots.Wait(0, CancellationToken.None) && !await WaitForSlotAsync().ConfigureAwait(false))
                return;
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
    private async Task DeliverAsync(LeasedDelivery delivery)
    {
        try
        {
            var step = await SendAsync(delivery).ConfigureAwait(false);
            if (step.Settlement is not null && await context.Settlements.SettleAsync(step.Settlement).ConfigureAwait(false) == SettleResult.Stale)
                context.Leases.Lose(lane);
        }
        catch (OperationCanceledException)
        {
            // The settlement was given up, and logged as such: the process is going down.
        }
        finally
        {
            _reports.Writer.TryWrite(new Report(delivery.Id, Settled: true, DeliveryStep.Left));
        }
    }

    private async Task<DeliveryStep> SendAsync(LeasedDelivery delivery)
    {
        var step = DeliveryStep.Left;
        try
        {
            return step = await context.Pipe.DeliverAsync(delivery, lane, clock).ConfigureAwait(false);
        }
        finally
        {
            context.Slots.Release();
            _reports.Writer.TryWrite(new Report(delivery.Id, Settled: false, step));
        }
    }

    /// <summary>Waits for reports; where there is room for more, only for a while, so that what is published meanwhile need not wait for a slow one in flight.</summary>
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
        if (report.Settled)
        {
            _stock.Settled(report.Delivery);
            return;
        }

        _sending--;
        if (report.Step.Outcome is { } outcome)
            _window.Observe(outcome);
        if (report.Step.Hold > _hold)
            _hold = report.Step.Hold;
    }

    private async Task ReleaseAsync()
    {
        var release = new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = new LaneState { Concurrency = _window.Limit }, Hold = _hold };
        try
        {
            await context.Queue.ReleaseAsync([release], CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            context.Logger.ReleaseFailed(e, lane.Lane);
        }
    }

    private readonly record struct Report(DeliveryId Delivery, bool Settled, DeliveryStep Step);
}
