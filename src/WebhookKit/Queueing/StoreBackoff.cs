namespace WebhookKit.Queueing;

/// <summary>Waits longer after each failure of the store in a row: 100 ms, doubling up to 15 s, with up to a quarter of jitter.</summary>
internal sealed class StoreBackoff(TimeProvider time)
{
    private const double FirstSeconds = 0.1;
    private const double LongestSeconds = 15;

    /// <summary>How many failures there were in a row.</summary>
    public int Failures { get; private set; }

    public void Reset() => Failures = 0;

    /// <summary>Counts a failure and waits; returns early, without throwing, when told to stop.</summary>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="most">What the wait does not exceed; null is nothing.</param>
    public async Task WaitAsync(CancellationToken stop, TimeSpan? most = null)
    {
        var seconds = Math.Min(LongestSeconds, FirstSeconds * Math.Pow(2, Math.Min(Failures, 30)));
        Failures++;
        var wait = TimeSpan.FromSeconds(seconds * (1 + (Jitter.Next() / 4)));
        await Task.Delay(wait < most || most is null ? wait : most.Value, time, stop)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
