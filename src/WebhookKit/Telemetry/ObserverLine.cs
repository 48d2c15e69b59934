using System.Threading.Channels;

namespace WebhookKit.Telemetry;

/// <summary>
/// What waits for one observer: a bounded line, told one after the other beside everything else. States: well, slow (a call takes too long), failing (a call
/// threw), full (events are dropped); each change of state is logged once.
/// </summary>
internal sealed class ObserverLine(IWebhookObserver observer, WebhookMetrics metrics, TimeProvider time, QuietLogger logger)
{
    /// <summary>How many events may wait.</summary>
    public const int Bound = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<OperationalEvent> _events = Channel.CreateBounded<OperationalEvent>(new BoundedChannelOptions(Bound) { SingleReader = true });
    private readonly string _name = observer.GetType().Name;
    private int _dropped;
    private bool _isSlow;
    private bool _isFailing;

    /// <summary>Has the event wait its turn; drops it when too many wait.</summary>
    public void Tell(OperationalEvent operationalEvent)
    {
        if (_events.Writer.TryWrite(operationalEvent))
            return;
        if (Interlocked.Increment(ref _dropped) == 1)
            logger.ObserverFull(_name, Bound);
        try
        {
            metrics.ObserverDropped(_name);
        }
        catch (Exception e)
        {
            logger.ListenerFailed(e);
        }
    }

    /// <summary>No further event will come.</summary>
    public void Complete() => _events.Writer.TryComplete();

    /// <summary>Works until <see cref="Complete"/> and everything is told, or until told to give up.</summary>
    public async Task RunAsync(CancellationToken giveUp)
    {
        var untold = 0;
        try
        {
            await foreach (var next in _events.Reader.ReadAllAsync(giveUp).ConfigureAwait(false))
            {
                untold = 1;
                await ObserveAsync(next, giveUp).ConfigureAwait(false);
                untold = 0;
                if (Volatile.Read(ref _dropped) > 0 && _events.Reader.Count <= Bound / 2)
                    logger.ObserverHasRoom(_name, Interlocked.Exchange(ref _dropped, 0));
            }
        }
        catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
        {
            if (untold + _events.Reader.Count is > 0 and var lost)
                logger.ObserverGivenUp(_name, lost);
        }
    }

    private async Task ObserveAsync(OperationalEvent next, CancellationToken giveUp)
    {
        // On a thread of its own: it may block instead of waiting.
        var call = Task.Run(() => observer.ObserveAsync(next, giveUp).AsTask(), CancellationToken.None);
        try
        {
            var inTime = await IsInTimeAsync(call, giveUp).ConfigureAwait(false);
            await call.WaitAsync(giveUp).ConfigureAwait(false);
            if ((_isSlow || _isFailing) && inTime)
                logger.ObserverRecovered(_name);
            (_isSlow, _isFailing) = (!inTime, false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !giveUp.IsCancellationRequested)
        {
            if (!_isFailing)
                logger.ObserverFailed(e, _name);
            _isFailing = true;
        }
    }

    private async Task<bool> IsInTimeAsync(Task call, CancellationToken giveUp)
    {
        await call.WaitAsync(Patience, time, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (call.IsCompleted || giveUp.IsCancellationRequested)
            return true;
        if (!_isSlow)
            logger.ObserverSlow(_name, Patience);
        return false;
    }
}
