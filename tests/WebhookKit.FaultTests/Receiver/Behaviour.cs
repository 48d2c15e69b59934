namespace WebhookKit.FaultTests.Receiver;

/// <summary>
/// How the receiver of each subscription answers: a share of the answers is slow, a failure, or none at all, so that a kill finds work of all kinds.
/// </summary>
internal sealed class Behaviour(int seed)
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);

    /// <summary>How long the answer takes, and its status; null is no answer until the sender gives up.</summary>
    public (TimeSpan Delay, int? Status) Next(Manner manner)
    {
        double chance, part;
        lock (_lock)
            (chance, part) = (_random.NextDouble(), _random.NextDouble());
        return manner switch
        {
            Manner.Slow => (Milliseconds(100 + 300 * part), 200),
            Manner.Ordered => chance < 0.02 ? (default, 503) : (default, 200),
            Manner.Flaky => chance switch
            {
                < 0.003 => (default, null),
                < 0.08 => (default, 500),
                < 0.10 => (Milliseconds(300 * part), 500),
                < 0.15 => (Milliseconds(300 * part), 200),
                _ => (default, 200),
            },
            _ => (default, 200),
        };
    }

    private static TimeSpan Milliseconds(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
