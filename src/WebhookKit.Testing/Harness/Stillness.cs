namespace WebhookKit.Testing.Harness;

/// <summary>
/// Knows by counting when nothing moves that does not wait for time: no publish and no call of the store is under way, no request is being answered, the
/// dispatcher waits for a lane, and in every lane that is held, which has one delivery, this one waits for its timeout. What passes from one of these states
/// into the next is counted in the next before it leaves the first, so that there is no moment in between that looks still.
/// </summary>
internal sealed class Stillness
{
    private readonly Lock _lock = new();
    private readonly Dictionary<LaneId, LaneToken> _held = [];
    private readonly List<Exception> _failures = [];
    private TaskCompletionSource? _still;
    private bool _isStarted;
    private bool _isStopped;
    private int _calls;
    private int _waitingLeases;
    private int _publishes;
    private int _answering;
    private int _hanging;
    private long _changes;

    /// <summary>Counts what changed what waits: nothing need be measured again while it stays the same.</summary>
    public long Changes
    {
        get
        {
            lock (_lock)
                return _changes;
        }
    }

    private bool IsStill => _calls == 0 && _publishes == 0 && _answering == 0 && _waitingLeases > 0 && _hanging == _held.Count;

    /// <summary>The host's services were started.</summary>
    public void Start() => Note(() => _isStarted = true);

    /// <summary>The host stops.</summary>
    public void Stop() => Note(() => _isStopped = true);

    /// <summary>A publish, a call of the store or the like began.</summary>
    public void BeginCall() => Note(() => _calls++);

    /// <summary>It ended.</summary>
    public void EndCall() => Note(() => _calls--);

    public void BeginPublish() => Note(() => _publishes++);

    public void EndPublish() => Note(() => _publishes--);

    /// <summary>What waits may have changed.</summary>
    public void Change() => Note(() => _changes++);

    /// <summary>A call for a lease begins to wait.</summary>
    public void BeginWait() => Note(() => (_waitingLeases, _calls) = (_waitingLeases + 1, _calls - 1));

    /// <summary>It waits no longer.</summary>
    public void EndWait() => Note(() => (_waitingLeases, _calls) = (_waitingLeases - 1, _calls + 1));

    public void Hold(IEnumerable<LeasedLane> lanes) => Note(() =>
    {
        foreach (var lane in lanes)
            _held[lane.Lane] = lane.Token;
    });

    public void Release(IEnumerable<LaneRelease> lanes) => Note(() =>
    {
        foreach (var lane in lanes)
        {
            if (_held.TryGetValue(lane.Lane, out var token) && token == lane.Token)
                _held.Remove(lane.Lane);
        }
    });

    public void BeginAnswer() => Note(() => _answering++);

    public void EndAnswer() => Note(() => _answering--);

    /// <summary>A request waits for its timeout: that of a lane's delivery, or another.</summary>
    public void BeginHang(bool isInLane) => Note(() => (_answering, _hanging) = (_answering - 1, _hanging + (isInLane ? 1 : 0)));

    /// <summary>It waits no longer.</summary>
    public void EndHang(bool isInLane) => Note(() => (_answering, _hanging) = (_answering + 1, _hanging - (isInLane ? 1 : 0)));

    /// <summary>Something failed that no test should overlook.</summary>
    public void Fail(Exception failure) => Note(() => _failures.Add(failure));

    /// <summary>Waits until nothing moves.</summary>
    /// <exception cref="WebhookException">The host is not started or has stopped, something failed, or something goes on without end.</exception>
    public async Task WaitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await Still().WaitAsync(patience, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new WebhookException($"After {patience} of real time something still goes on that does not wait for the virtual clock: {Describe()}.", e);
        }

        Check();
    }

    private Task Still()
    {
        lock (_lock)
        {
            if (IsStill || _isStopped || !_isStarted || _failures.Count > 0)
                return Task.CompletedTask;
            return (_still ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private void Check()
    {
        lock (_lock)
        {
            if (!_isStarted)
                throw new WebhookException("The host's services are not started, so nothing is sent. Start the host first.");
            if (_isStopped)
                throw new WebhookException("The host has stopped, so nothing is sent any more.");
            if (_failures.Count == 0)
                return;
            var first = _failures[0];
            _failures.Clear();
            throw new WebhookException($"While webhooks were sent, something failed: {first.Message}", first);
        }
    }

    private string Describe()
    {
        lock (_lock)
        {
            return $"{_publishes} publishes, {_calls} calls of the store, {_answering} requests being answered, "
                + $"{_held.Count} lanes being worked, {_waitingLeases} workers waiting";
        }
    }

    private void Note(Action change)
    {
        lock (_lock)
        {
            change();
            if (_still is null || !(IsStill || _isStopped || _failures.Count > 0))
                return;
            _still.SetResult();
            _still = null;
        }
    }
}
