namespace WebhookKit.Dispatching;

/// <summary>
/// What a worker holds of its lane: deliveries waiting to be started, and those that are not settled yet. Fetches more before it runs out, as long as the
/// lane's quantum (256 deliveries) is not used up. Used by the worker's loop only.
/// </summary>
internal sealed class LaneStock
{
    private const int QuantumDeliveries = 256;

    /// <summary>While something in flight keeps the lane here, what is published meanwhile is fetched this often.</summary>
    public static readonly TimeSpan RefillPause = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// A lane that is done is asked once more before it is given back, if it was not asked for so long: giving it back and leasing it again costs a store
    /// two writes, and to ask costs none.
    /// </summary>
    private static readonly TimeSpan LastLookPause = TimeSpan.FromMilliseconds(5);

    /// <summary>For so long what the store said of the stock is good enough to start from: what is cancelled is started for no longer.</summary>
    private static readonly TimeSpan WordHolds = TimeSpan.FromSeconds(1);

    private readonly HeldLane _lane;
    private readonly DispatchContext _context;
    private readonly Queue<(int Turn, HandedOut Delivery)> _first = new();
    private readonly Queue<(int Turn, HandedOut Delivery)> _retries = new();
    private readonly HashSet<DeliveryId> _unsettled = [];
    private DateTimeOffset? _lowWater;
    private int _turn;
    private int _taken;
    private bool _hasMore;
    private bool _failed;
    private long _refilledAt;
    private long _heardAt;

    public LaneStock(LeasedLane lease, HeldLane lane, DispatchContext context)
    {
        _lane = lane;
        _context = context;
        _refilledAt = _heardAt = context.Time.GetTimestamp();
        Take(lease.Deliveries, DispatchContext.Quota);
    }

    /// <summary>Deliveries not started yet.</summary>
    public int Waiting => _first.Count + _retries.Count;

    /// <summary>Whether a first attempt of something newly published is among them; all else counts as a retry.</summary>
    public bool HasFirstAttempt => _first.Count > 0;

    /// <summary>Whether a retry is among them.</summary>
    public bool HasRetry => _retries.Count > 0;

    /// <summary>Whether the one that came first is a retry; there must be one.</summary>
    public bool NextIsRetry => _first.Count == 0 || (_retries.Count > 0 && _retries.Peek().Turn < _first.Peek().Turn);

    /// <summary>Deliveries started and not settled yet.</summary>
    public int InFlight => _unsettled.Count - Waiting;

    /// <summary>Whether nothing of the lane is here any more.</summary>
    public bool IsEmpty => _unsettled.Count == 0;

    /// <summary>Whether more of the lane may be fetched under this lease.</summary>
    public bool MayGrow => !_failed && _taken < QuantumDeliveries;

    /// <summary>The next to start, or the first attempt that is next; there must be one.</summary>
    public HandedOut TakeNext(bool onlyFirstAttempts) => (onlyFirstAttempts || !NextIsRetry ? _first : _retries).Dequeue().Delivery;

    /// <summary>Nobody waits for the lane's place: it may have another quantum.</summary>
    public void BeginQuantum()
    {
        _taken = Waiting;
        _lowWater = null;
    }

    /// <summary>A delivery was settled, or is left as it is.</summary>
    public void Settled(DeliveryId delivery) => _unsettled.Remove(delivery);

    /// <summary>Leaves everything that was not started: it is due as before.</summary>
    public void Drop()
    {
        while (Waiting > 0)
            _unsettled.Remove(TakeNext(onlyFirstAttempts: false).Delivery.Id);
    }

    /// <summary>Fetches more where little is left; whether something came.</summary>
    /// <param name="inFlightLimit">How many may be in flight at once.</param>
    /// <param name="onlyFirstAttempts">Whether retries cannot be started now, so that they do not count.</param>
    public async ValueTask<bool> RefillAsync(int inFlightLimit, bool onlyFirstAttempts)
    {
        if (!IsWanted(inFlightLimit, onlyFirstAttempts) || !IsTimely())
            return false;
        return await AskAsync(Quota()).ConfigureAwait(false) > 0;
    }

    /// <summary>
    /// Before something of the stock is started: asks the store, if its word is older than a second, what of the stock has ended meanwhile, and leaves that.
    /// Fetches more on the way if that is wanted. False if the store did not answer, so that nothing may be started.
    /// </summary>
    /// <param name="inFlightLimit">How many may be in flight at once; null if nothing more is wanted.</param>
    public async ValueTask<bool> ConfirmAsync(int? inFlightLimit)
    {
        if (_context.Time.GetElapsedTime(_heardAt) <= WordHolds)
            return true;
        var quota = inFlightLimit is { } limit && IsWanted(limit, onlyFirstAttempts: false) ? Quota() : 0;
        return await AskAsync(quota).ConfigureAwait(false) is not null;
    }

    private bool IsWanted(int inFlightLimit, bool onlyFirstAttempts) => MayGrow && (onlyFirstAttempts ? _first.Count : Waiting) <= inFlightLimit / 2;

    private int Quota() => Math.Min(DispatchContext.Quota, QuantumDeliveries - _taken);

    /// <summary>Asks for more and for what has ended; answers with how many came, null if the store failed.</summary>
    private async ValueTask<int?> AskAsync(int quota)
    {
        var refill = new LaneRefill { Lane = _lane.Lane, Token = _lane.Token, Quota = quota, InFlight = [.. _unsettled], LowWater = _lowWater };
        try
        {
            if (quota > 0)
                _refilledAt = _context.Time.GetTimestamp();
            var result = (await _context.Queue.RefillAsync([refill], CancellationToken.None).ConfigureAwait(false))[0];
            _heardAt = _context.Time.GetTimestamp();
            if (result.Lost)
                _context.Leases.Lose(_lane);
            if (result.Ended.Count > 0)
                Leave(result.Ended.ToHashSet());
            return quota > 0 ? Take(result.Deliveries, quota) : 0;
        }
        catch (Exception e)
        {
            _context.Logger.RefillFailed(e, _lane.Lane);
            _failed = true;
            return null;
        }
    }

    /// <summary>Leaves those of the stock that were not started; what is in flight goes its way.</summary>
    private void Leave(HashSet<DeliveryId> ended)
    {
        foreach (var queue in (ReadOnlySpan<Queue<(int Turn, HandedOut Delivery)>>)[_first, _retries])
        {
            for (var i = queue.Count; i > 0; i--)
            {
                var next = queue.Dequeue();
                if (ended.Contains(next.Delivery.Delivery.Id))
                    _unsettled.Remove(next.Delivery.Delivery.Id);
                else
                    queue.Enqueue(next);
            }
        }
    }

    /// <summary>
    /// At once while the lane surely has more; otherwise now and then, as long as something in flight keeps the lane here, and before it is given back, unless
    /// others wait for its place.
    /// </summary>
    private bool IsTimely()
    {
        if (_hasMore)
            return true;
        var pause = IsEmpty ? LastLookPause : RefillPause;
        return _context.Time.GetElapsedTime(_refilledAt) >= pause && !(IsEmpty && _context.IsCrowded());
    }

    /// <summary>What is resent, recovered or replayed was asked for in bulk, maybe, and waits in turn like a retry.</summary>
    private static bool IsNew(LeasedDelivery delivery) => delivery is { Trigger: AttemptTrigger.Publish, AttemptsMade: 0 };

    /// <summary>Takes what was handed out, and answers with how many of them are new.</summary>
    private int Take(IReadOnlyList<LeasedDelivery> deliveries, int asked)
    {
        var before = _unsettled.Count;
        foreach (var delivery in deliveries)
        {
            // A store that hands out what is in flight must not have it sent twice at once.
            if (!_unsettled.Add(delivery.Id))
                continue;
            (IsNew(delivery) ? _first : _retries).Enqueue((_turn++, new HandedOut(delivery, _refilledAt, _context.Time)));
            _lowWater = _lowWater is null || delivery.DueAt > _lowWater ? delivery.DueAt : _lowWater;
        }

        var taken = _unsettled.Count - before;
        _taken += taken;
        _hasMore = taken >= asked;
        return taken;
    }
}
