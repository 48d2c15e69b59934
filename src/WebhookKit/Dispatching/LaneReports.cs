using System.Threading.Channels;

namespace WebhookKit.Dispatching;

/// <summary>
/// What the loop of a lane waits for, in one line: reports of its deliveries, from any thread, and whatever else makes the loop look again. The loop goes on
/// elsewhere, never on the thread of whoever reports.
/// </summary>
internal sealed class LaneReports : IDisposable
{
    private readonly Channel<LaneReport> _line = Channel.CreateUnbounded<LaneReport>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ITimer _pause;
    private int _pauses;

    public LaneReports(TimeProvider time) =>
        _pause = time.CreateTimer(static reports => ((LaneReports)reports!).EndPause(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Tells the loop.</summary>
    public void Add(in LaneReport report) => _line.Writer.TryWrite(report);

    /// <summary>Has the loop look again, without news of a delivery.</summary>
    public void LookAgain() => Add(default);

    /// <summary>Has the loop look again after a while, unless a while is running already.</summary>
    public void LookAgainAfter(TimeSpan pause)
    {
        if (Interlocked.Exchange(ref _pauses, 1) == 0)
            _pause.Change(pause, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits until there is something to read; always true.</summary>
    public ValueTask<bool> WaitAsync() => _line.Reader.WaitToReadAsync();

    /// <summary>The next report.</summary>
    public bool TryRead(out LaneReport report) => _line.Reader.TryRead(out report);

    public void Dispose() => _pause.Dispose();

    private void EndPause()
    {
        Volatile.Write(ref _pauses, 0);
        LookAgain();
    }
}
