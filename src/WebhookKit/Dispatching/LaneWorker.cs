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
internal sealed class LaneWorker
{
    private const int QuantumDeliveries = 256;
    private static readonly TimeSpan Quantum = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RefillPause = TimeSpan.FromMilliseconds(250);

    private readonly HeldLane _lane;
    private readonly DispatchContext _context;
    private readonly Queue<LeasedDelivery> _waiting = new();
    private readonly HashSet<DeliveryId> _unsettled = [];
    private readonly Channel<Report> _reports = Channel.CreateUnbounded<Report>(new UnboundedChannelOptions { SingleReader = true });
    private readonly LeaseClock _clock;
    private readonly long _startedAt;
    private readonly int? _learned;
    private ConcurrencyWindow _window;
    private DateTimeOffset? _lowWater;
    private TimeSpan _hold;
    private int _sending;
    private int _taken;
    private bool _started;
    private bool _mayHaveMore;
    private bool _storeFailed;
    private long _refilledAt;
    private Task<bool>? _listening;
    private Task? _pause;

    public LaneWorker(LeasedLane lease, HeldLane lane, LeaseClock clock, DispatchContext context)
    {
        _lane = lane;
        _context = context;
        _clock = clock;
        _startedAt = _refilledAt = context.Time.GetTimestamp();
        _learned = lease.State.Concurrency;
        _mayHaveMore = lease.Deliveries.Count >= DispatchContext.Quota;
        Take(lease.Deliveries);
    }

    /// <summary>Nothing further is started: the lane is held back, lost, or has had its time; or the host stops.</summary>
    private bool Ending => _hold > TimeSpan.Zero || _lane.Cancelled.IsCancellationRequested || _context.Stopping.IsCancellationRequested || (_started && TimeUsed);

    private bool TimeUsed => _context.Time.GetElapsedTime(_startedAt) >= Quantum;

    private bool MayTakeMore => !_storeFailed && !TimeUsed && _taken < QuantumDeliveries;

    public async Task RunAsync()
    {
        try
        {
            await WorkAsync().ConfigureAwait(false);
        }
        finally
        {
            _context.Leases.Drop(_lane);
        }
    }

    private async Task WorkAsync()
    {
        var max = await _context.Pipe.MaxConcurrencyAsync(_waiting.Peek().Subscription).ConfigureAwait(false);
        _window = new ConcurrencyWindow(_learned, max);
        while (true)
        {
            await StartAsync().ConfigureAwait(false);
            if (Ending)
                Drop();
            else if (await RefillAsync().ConfigureAwait(false))
                continue;
            if (_unsettled.Count == 0)
                break;
            await ListenAsync().ConfigureAwait(false);
        }

        await ReleaseAsync().ConfigureAwait(false);
    }

    private void Take(IReadOnlyList<LeasedDelivery> deliveries)
    {
        foreach (var delivery in deliveries)
        {
            _waiting.Enqueue(delivery);
            _unsettled.Add(delivery.Id);
            _lowWater = delivery.DueAt > _lowWater || _lowWater is null ? delivery.DueAt : _lowWater;
        }

        _taken += deliveries.Count;
    }

    /// <summary>Starts what may be started: as many as the window and the slots of this node allow.</summary>
    private async ValueTask StartAsync()
    {
        while (_waiting.Count > 0 && _sending < _window.Limit && !Ending)
        {
            if (!_context.Slots.Wait(0, CancellationToken.None) && !await WaitForSlotAsync().ConfigureAwait(false))
                return;
            _sending++;
            _started = true;
            _ = DeliverAsync(_waiting.Dequeue());
        }
    }

    private async Task<bool> WaitForSlotAsync()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_context.Stopping, _lane.Cancelled);
        try
        {
            await _context.Slots.WaitAsync(stop.Token).ConfigureAwait(false);
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
            if (step.Settlement is not null && await _context.Settlements.SettleAsync(step.Settlement).ConfigureAwait(false) == SettleResult.Stale)
                _context.Leases.Lose(_lane);
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
            return step = await _context.Pipe.DeliverAsync(delivery, _lane, _clock).ConfigureAwait(false);
        }
        finally
        {
            _context.Slots.Release();
            _reports.Writer.TryWrite(new Report(delivery.Id, Settled: false, step));
        }
    }

    /// <summary>Fetches more of the lane; whether there is something new to start.</summary>
    private async ValueTask<bool> RefillAsync()
    {
        if (_waiting.Count > _window.Limit / 2 || !MayTakeMore || !RefillIsTimely())
            return false;
        var quota = Math.Min(DispatchContext.Quota, QuantumDeliveries - _taken);
        var refill = new LaneRefill { Lane = _lane.Lane, Token = _lane.Token, Quota = quota, InFlight = [.. _unsettled], LowWater = _lowWater };
        try
        {
            var result = (await _context.Queue.RefillAsync([refill], CancellationToken.None).ConfigureAwait(false))[0];
            _refilledAt = _context.Time.GetTimestamp();
            _mayHaveMore = result.Deliveries.Count == quota;
            if (result.Lost)
                _context.Leases.Lose(_lane);
            Take(result.Deliveries);
            return result.Deliveries.Count > 0;
        }
        catch (Exception e)
        {
            _context.Logger.RefillFailed(e, _lane.Lane);
            _storeFailed = true;
            return false;
        }
    }

    /// <summary>At once while the lane surely has more; otherwise now and then, as long as something in flight keeps the lane here.</summary>
    private bool RefillIsTimely() => _mayHaveMore || (_unsettled.Count > 0 && _context.Time.GetElapsedTime(_refilledAt) >= RefillPause);

    private void Drop()
    {
        foreach (var delivery in _waiting)
            _unsettled.Remove(delivery.Id);
        _waiting.Clear();
    }

    private async Task ListenAsync()
    {
        _listening ??= _reports.Reader.WaitToReadAsync().AsTask();
        if (!_listening.IsCompleted && _waiting.Count == 0 && MayTakeMore && !Ending)
        {
            // Deliveries published meanwhile must not wait for a slow one in flight.
            _pause ??= Task.Delay(RefillPause, _context.Time);
            if (await Task.WhenAny(_listening, _pause).ConfigureAwait(false) == _pause)
            {
                _pause = null;
                return;
            }
        }

        await _listening.ConfigureAwait(false);
        _listening = null;
        while (_reports.Reader.TryRead(out var report))
        {
            if (report.Settled)
            {
                _unsettled.Remove(report.Delivery);
                continue;
            }

            _sending--;
            if (report.Step.Outcome is { } outcome)
                _window.Observe(outcome);
            if (report.Step.Hold > _hold)
                _hold = report.Step.Hold;
        }
    }

    private async Task ReleaseAsync()
    {
        var release = new LaneRelease { Lane = _lane.Lane, Token = _lane.Token, State = new LaneState { Concurrency = _window.Limit }, Hold = _hold };
        try
        {
            await _context.Queue.ReleaseAsync([release], CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _context.Logger.ReleaseFailed(e, _lane.Lane);
        }
    }

    private readonly record struct Report(DeliveryId Delivery, bool Settled, DeliveryStep Step);
}
