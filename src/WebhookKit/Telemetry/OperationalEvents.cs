namespace WebhookKit.Telemetry;

/// <summary>Tells the host's observers of operational events, each beside the others and beside the deliveries.</summary>
internal sealed class OperationalEvents(IEnumerable<IWebhookObserver> observers, WebhookMetrics metrics, TimeProvider time, QuietLogger logger)
{
    private readonly ObserverLine[] _lines = [.. observers.Select(observer => new ObserverLine(observer, metrics, time, logger))];

    /// <summary>Whether there is anybody to tell.</summary>
    public bool IsObserved => _lines.Length > 0;

    /// <summary>Has every observer told; neither waits nor throws.</summary>
    public void Raise(OperationalEvent operationalEvent)
    {
        foreach (var line in _lines)
            line.Tell(operationalEvent);
    }

    /// <summary>No further event will come.</summary>
    public void Complete()
    {
        foreach (var line in _lines)
            line.Complete();
    }

    /// <summary>Works until <see cref="Complete"/> and everything is told, or until told to give up.</summary>
    public Task RunAsync(CancellationToken giveUp) => Task.WhenAll(_lines.Select(line => line.RunAsync(giveUp)));
}
