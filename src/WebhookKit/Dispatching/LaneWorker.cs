using System.Runtime.CompilerServices;

namespace WebhookKit.Dispatching;

/// <summary>
/// Works one lane from lease to release. One loop decides everything (what to start, when to refill, when to stop); the deliveries it starts run beside it
/// and report back through a channel, first when sent, then when settled. Whatever else the loop waits for makes it look again through the same channel.
/// </summary>
/// <remarks>
/// The lane is given back when nothing is in flight and nothing further is due; also after its quantum (256 deliveries or 5 s) if other lanes wait for a
/// place, so that lanes take turns, and after a minute in any case: what committed late, a changed setting and a corrected clock are seen at the next
/// lease. What is sent and not settled is bounded by twice what may be in flight, so a store that does not settle stops the sending. Nothing new is started
/// once the lease is lost or the host stops. What was leased but not started is simply left: it is due as before.
/// <para>
/// Under one lease a lane is worked either in order or not, as its subscription is read at the beginning. In order, the next delivery is started only when
/// the store has taken the end of the one before; after anything else the lane is given back, and its next holder begins at the head again. A subscription
/// that is read to be otherwise ends the lease too.
/// </para>
/// </remarks>
internal sealed class LaneWorker : IDisposable
{
    private static readonly TimeSpan Quantum = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FaultRest = TimeSpan.FromSeconds(10);

    private readonly LeasedLane _lease;
    private readonly HeldLane _lane;
    private readonly DispatchContext _context;
    private readonly LaneStock _stock;
    private readonly LaneSlots _slots;
    private readonly LaneReports _reports;
    private readonly LaneWork _work;
    private readonly long _leasedAt;
    private long _startedAt;
    private LaneMode _mode;
    private ConcurrencyWindow _window;
    private TimeSpan _hold;
    private int _sending;
    private int _onCommon;
    private bool _startedAny;
    private bool _isOver;
    private bool _lacksSlot;

    public LaneWorker(LeasedLane lease, HeldLane lane, LeaseClock clock, DispatchContext context)
    {
        (_lease, _lane, _context) = (lease, lane, context);
        _stock = new LaneStock(lease, lane, context);
        _reports = new LaneReports(context.Time);
        _work = new LaneWork(lane, clock, _reports, context);
        _slots = new LaneSlots(context.Slots, _reports.LookAgain);
        _leasedAt = _startedAt = context.Time.GetTimestamp();
    }

    /// <summary>Nothing further is started: the lane is held back, lost, or has had its time; its order forbids it; or the host stops.</summary>
    private bool Ending =>
        _isOver || _hold > TimeSpan.Zero || _lane.Cancelled.IsCancellationRequested || _context.Stopping.IsCancellationRequested || (_startedAny && TimeUsed);

    private bool TimeUsed => _context.Time.GetElapsedTime(_startedAt) >= Quantum;

    /// <summary>Whether there is one to start, and the window and the order allow it.</summary>
    private bool MayStart =>
        _stock.Waiting > 0 && _sending < _window.Limit && _stock.InFlight < (_mode.InOrder ? 1 : 2 * _window.Limit) && !Ending;

    public async Task RunAsync()
    {
        using var stopping = _context.Stopping.UnsafeRegister(static reports => ((LaneReports)reports!).LookAgain(), _reports);
        using var cancelled = _lane.Cancelled.UnsafeRegister(static reports => ((LaneReports)reports!).LookAgain(), _reports);
        try
        {
            await GuardedWorkAsync().ConfigureAwait(false);
            // What was waited for may be gone: a place in the line that nobody stands at any more would take a slot with it.
            _slots.Leave();
            await LaneReturn.GiveBackAsync(_lane, Learned(), _hold, _context).ConfigureAwait(false);
        }
        finally
        {
            _context.Leases.Drop(_lane);
        }
    }

    public void Dispose() => _reports.Dispose();

    /// <summary>A fault of our own must not look like a crash, which would put a healthy delivery under suspicion: the lane rests and is released.</summary>
    private async Task GuardedWorkAsync()
    {
        try
        {
            await WorkAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _context.Logger.LaneFailed(e, _lane.Lane);
            _hold = FaultRest;
            Drop();
            while (!_stock.IsEmpty)
                await ListenAsync().ConfigureAwait(false);
        }
    }

    private async Task WorkAsync()
    {
        _mode = await _context.Pipe.ModeAsync(_lease.Deliveries[0]).ConfigureAwait(false);
        _window = new ConcurrencyWindow(_lease.State.Concurrency, _mode.MaxConcurrency);
        while (true)
        {
            if ((TimeUsed || !_stock.MayGrow) && !_context.IsCrowded() && _context.Time.GetElapsedTime(_leasedAt) < LongestHold)
                BeginQuantum();
            // A store that cannot say what was cancelled ends the lease: the stock is due as before.
            if (MayStart)
                _isOver |= !await _stock.ConfirmAsync(TimeUsed ? null : _window.Limit).ConfigureAwait(false);
            Start();
            if (Ending)
                Drop();
            else if (!TimeUsed && await _stock.RefillAsync(_window.Limit, _lacksSlot && !_mode.InOrder).ConfigureAwait(false))
                continue;
            if (_stock.IsEmpty)
                break;
            await ListenAsync().ConfigureAwait(false);
        }
    }

    private void BeginQuantum()
    {
        _startedAt = _context.Time.GetTimestamp();
        _stock.BeginQuantum();
    }

    private void Drop()
    {
        _stock.Drop();
        _slots.Leave();
    }

    /// <summary>Starts what may be started: as many as the window, the order and the slots of this node allow.</summary>
    private void Start()
    {
        while (MayStart)
        {
            var mayStartFirst = _mode.InOrder ? !_stock.NextIsRetry : _stock.HasFirstAttempt && !(_slots.OwesRoom && _sending + 1 >= _window.Limit);
            if (_slots.Take(_stock.NextIsRetry, mayStartFirst) is not { } slot)
            {
                WaitForSlot(forRetry: !mayStartFirst);
                return;
            }

            _sending++;
            _onCommon += slot == Slot.Common ? 1 : 0;
            _startedAny = true;
            _ = new StartedDelivery(_stock.TakeNext(onlyFirstAttempts: slot == Slot.Reserved), slot, _work).RunAsync(_mode.InOrder);
        }

        _lacksSlot = false;
        if (_stock.HasRetry && !Ending)
            _slots.Rest();
        else
            _slots.Leave();
    }

    /// <summary>
    /// A retry does not join the line while something of its lane has a common slot, so that lanes take turns; first attempts on reserved slots do not cost
    /// it its place. Where nothing is in flight and the line is full, the lane's place is given up.
    /// </summary>
    private void WaitForSlot(bool forRetry)
    {
        _lacksSlot = true;
        if (forRetry && _onCommon > 0 && !_slots.HasRetryInLine)
            _slots.Leave();
        else if (!_slots.Wait(forRetry) && _stock.InFlight == 0)
            _hold = _context.Slots.TurnAway();
    }

    /// <summary>
    /// Waits for what makes the loop look again: reports, a slot. Where more of the lane could be started than is here it waits for a while only, so that what
    /// is published meanwhile need not wait for a slow one in flight, nor behind retries.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ListenAsync()
    {
        if ((_stock.Waiting == 0 || (_lacksSlot && !_mode.InOrder)) && _stock.MayGrow && !TimeUsed && !Ending)
            _reports.LookAgainAfter(LaneStock.RefillPause);
        await _reports.WaitAsync().ConfigureAwait(false);
        while (_reports.TryRead(out var report))
            Note(in report);
    }

    private void Note(in LaneReport report)
    {
        if (report.Stage == DeliveryStage.None)
            return;
        if (report.Step.Hold > _hold)
            _hold = report.Step.Hold;
        _isOver |= report.Step.EndsLease;
        if (report.Stage == DeliveryStage.Settled)
        {
            _isOver |= _mode.InOrder && !report.Step.HasEnded;
            _stock.Settled(report.Delivery);
            return;
        }

        _sending--;
        _onCommon -= report.Slot == Slot.Common ? 1 : 0;
        if (report.Step.Settlement?.Attempt is { } attempt)
            _window.Observe(attempt.Outcome, attempt.Duration);
    }

    /// <summary>What the next holder should know: nothing new where no window was opened, or where order kept it at one.</summary>
    private LaneState Learned() => _window.Limit == 0 || _mode.InOrder ? _lease.State : new LaneState { Concurrency = _window.Limit };
}
