namespace WebhookKit.Dispatching;

/// <summary>
/// One lease of one lane, as this node sees it. The deadline is monotonic and counted from before the call that granted or renewed the lease, so it is
/// never later than the store's own. Held until released or lost: then another node may hold the lane.
/// </summary>
internal sealed class HeldLane : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _cancel;
    private bool _isLost;
    private bool _disposed;
    private long _deadline;

    public HeldLane(LeasedLane lease, TimeSpan duration, long askedAt, TimeProvider time, CancellationToken cutShort)
    {
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(cutShort);
        Cancelled = _cancel.Token;
        Lane = lease.Lane;
        Token = lease.Token;
        Duration = duration;
        _time = time;
        Extend(askedAt, duration);
    }

    public LaneId Lane { get; }

    public LaneToken Token { get; }

    /// <summary>How long each renewal asks for.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>How much of the lease is surely left.</summary>
    public TimeSpan Remaining
    {
        get
        {
            long left;
            lock (_lock)
                left = _deadline - _time.GetTimestamp();
            return left <= 0 ? TimeSpan.Zero : _time.GetElapsedTime(0, left);
        }
    }

    /// <summary>Fires when the lease is lost or the host's patience ends: requests in flight are cut short, and nothing new is started.</summary>
    public CancellationToken Cancelled { get; }

    /// <summary>Marks the lease as lost; whether this was the first to notice.</summary>
    public bool Lose()
    {
        Task cancelling;
        lock (_lock)
        {
            if (_isLost || _disposed)
                return false;
            _isLost = true;
            // Begun before the source can be disposed; the callbacks run elsewhere, since a host's code may have registered anything on the token.
            cancelling = _cancel.CancelAsync();
        }

        _ = cancelling.ContinueWith(
            static cancelled => _ = cancelled.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return true;
    }

    public LaneRenewal Renewal() => new(Lane, Token, Duration);

    /// <summary>Asks for longer leases from the next renewal on.</summary>
    public void Lengthen(TimeSpan duration)
    {
        if (duration > Duration)
            Duration = duration;
    }

    /// <summary>A renewal was granted. Renewals never shorten a lease, so one that was overtaken by a longer one changes nothing.</summary>
    public void Extend(long askedAt, TimeSpan duration)
    {
        var deadline = askedAt + (long)(duration.TotalSeconds * _time.TimestampFrequency);
        lock (_lock)
            _deadline = Math.Max(_deadline, deadline);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _cancel.Dispose();
        }
    }
}
