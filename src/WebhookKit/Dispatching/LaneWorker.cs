using System.Threading.Channels;

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
/// <para>
/// Under one lease a lane is worked either in order or not, as its subscription is read at the beginning. In order, the next delivery is started only when
/// the store has taken the end of the one before; after anything else the lane is given back, and its next holder begins at the head again. A subscription
/// that is read to be otherwise ends the lease too.
/// </para>
/// </remarks>
internal sealed class LaneWorker(LeasedLane lease, HeldLane lane, LeaseClock clock, DispatchContext context)
{
    private static readonly TimeSpan Quantum = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FaultRest = TimeSpan.FromSeconds(10);

    private readonly LaneStock _stock = new(lease, lane, context);
    private readonly LaneSlots _slots = new(context.Slots);
    private readonly Channel<Report> _reports = Channel.CreateUnbounded<Report>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _halted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _leasedAt = context.Time.GetTimestamp();
    private long _startedAt = context.Time.GetTimestamp();
    private LaneMode _mode;
    private ConcurrencyWindow _window;
    private TimeSpan _hold;
    private int _sending;
    private int _onCommon;
    private bool _startedAny;
    private bool _isOver;
    private bool _lacksSlot;
    private Task<bool>? _listening;
    private Task? _pause;

    /// <summary>Nothing further is started: the lane is held back, lost, or has had its time; its order forbids it; or the host stops.</summary>
    private bool Ending =>
        _isOver || _hold > TimeSpan.Zero || lane.Cancelled.IsCancellationRequested || context.Stopping.IsCancellationRequested || (_startedAny && TimeUsed);

    private bool TimeUsed => context.Time.GetElapsedTime(_startedAt) >= Quantum;

    /// <summary>Whether there is one to start, and the window and the order allow it.</summary>
    private bool MayStart =>
        _stock.Waiting > 0 && _sending < _window.Limit && _stock.InFlight < (_mode.InOrder ? 1 : 2 * _window.Limit) && !Ending;

    public async Task RunAsync()
    {
        using var stopping = context.Stopping.UnsafeRegister(static halted => ((TaskCompletionSource)halted!).TrySetResult(), _halted);
        using var cancelled = lane.Cancelled.UnsafeRegister(static halted => ((TaskCompletionSource)halted!).TrySetResult(), _halted);
        try
        {
            await GuardedWorkAsync().ConfigureAwait(false);
            await LaneReturn.GiveBackAsync(lane, Learned(), _hold, context).ConfigureAwait(false);
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
            Drop();
            while (!_stock.IsEmpty)
                await ListenAsync().ConfigureAwait(false);
        }
    }

    private async Task WorkAsync()
    {
        _mode = await context.Pipe.ModeAsync(lease.Deliveries[0]).ConfigureAwait(false);
        _window = new ConcurrencyWindow(lease.State.Concurrency, _mode.MaxConcurrency);
        while (true)
        {
            if ((TimeUsed || !_stock.MayGrow) && !context.IsCrowded() && context.Time.GetElapsedTime(_leasedAt) < LongestHold)
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
        _startedAt = context.Time.GetTimestamp();
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
            _ = DeliverAsync(_stock.TakeNext(onlyFirstAttempts: slot == Slot.Reserved), slot);
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
            _hold = context.Slots.TurnAway();
    }

    /// <summary>Runs beside the loop and reports twice, whatever happens: when sent, and when settled.</summary>
    private async Task DeliverAsync(HandedOut delivery, Slot slot)
    {
        var (sent, settled) = (DeliveryStep.Left, DeliveryStep.Left);
        Task<SettlementBatcher.Answer?>? settling = null;
        try
        {
            try
            {
                sent = await context.Pipe.DeliverAsync(delivery, lane, clock, _mode.InOrder).ConfigureAwait(false);
                // Before the report: what was sent is on its way to the store before anything else is started.
                if (sent.Settlement is { } settlement)
                    settling = context.Settlements.SettleAsync(settlement, sent.KeepsPlace);
            }
            finally
            {
                context.Slots.Release(slot);
                _reports.Writer.TryWrite(new Report(delivery.Delivery.Id, slot, Settled: false, sent));
            }

            if (settling is null)
                return;
            var answer = await settling.ConfigureAwait(false);
            settled = await context.Follower.FollowAsync(in sent, answer, delivery, lane, clock).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The settlement was given up, and logged as such: the process is going down.
        }
        finally
        {
            _reports.Writer.TryWrite(new Report(delivery.Delivery.Id, slot, Settled: true, settled));
        }
    }

    /// <summary>
    /// Waits for reports, and for a slot if one is waited for. Where more of the lane could be started than is here it waits for a while only, so that what
    /// is published meanwhile need not wait for a slow one in flight, nor behind retries.
    /// </summary>
    private async Task ListenAsync()
    {
        _listening ??= _reports.Reader.WaitToReadAsync().AsTask();
        if (!_listening.IsCompleted && !await IsReportedAsync(_listening).ConfigureAwait(false))
            return;
        await _listening.ConfigureAwait(false);
        _listening = null;
        while (_reports.Reader.TryRead(out var report))
            Note(report);
    }

    /// <summary>Whether a report has come; false if it is time to look again without one.</summary>
    private async Task<bool> IsReportedAsync(Task listening)
    {
        var looksAgain = (_stock.Waiting == 0 || (_lacksSlot && !_mode.InOrder)) && _stock.MayGrow && !TimeUsed && !Ending;
        if (looksAgain)
            _pause ??= Task.Delay(LaneStock.RefillPause, context.Time);
        var first = (looksAgain, _slots.Turn) switch
        {
            (false, null) => listening,
            (true, null) => await Task.WhenAny(listening, _pause!).ConfigureAwait(false),
            (false, { } turn) => await Task.WhenAny(listening, turn, _halted.Task).ConfigureAwait(false),
            (true, { } turn) => await Task.WhenAny(listening, turn, _halted.Task, _pause!).ConfigureAwait(false),
        };
        if (first == _pause)
            _pause = null;
        return first == listening;
    }

    private void Note(Report report)
    {
        if (report.Step.Hold > _hold)
            _hold = report.Step.Hold;
        _isOver |= report.Step.EndsLease;
        if (report.Settled)
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
    private LaneState Learned() => _window.Limit == 0 || _mode.InOrder ? lease.State : new LaneState { Concurrency = _window.Limit };

    private readonly record struct Report(DeliveryId Delivery, Slot Slot, bool Settled, DeliveryStep Step);
}
