namespace WebhookKit.Testing;

/// <summary>Some deliveries still wait when the virtual time given to <see cref="WebhookTestHarness.DrainAsync"/> is up.</summary>
public sealed class WebhooksNotDrainedException : WebhookException
{
    private const int Shown = 10;

    /// <summary>Creates the exception.</summary>
    /// <param name="limit">The virtual time that was given.</param>
    /// <param name="waiting">What still waits.</param>
    public WebhooksNotDrainedException(TimeSpan limit, IReadOnlyList<WaitingDelivery> waiting) : base(Describe(limit, waiting))
    {
        Limit = limit;
        Waiting = waiting;
    }

    /// <summary>The virtual time that was given.</summary>
    public TimeSpan Limit { get; }

    /// <summary>What still waits, newest first; a thousand deliveries at the most.</summary>
    public IReadOnlyList<WaitingDelivery> Waiting { get; }

    private static string Describe(TimeSpan limit, IReadOnlyList<WaitingDelivery> waiting)
    {
        ArgumentNullException.ThrowIfNull(waiting);
        var lines = waiting.Take(Shown).Select(delivery => $"{Environment.NewLine}  {delivery}");
        var more = waiting.Count > Shown ? $"{Environment.NewLine}  and others" : "";
        return $"After {limit} of virtual time deliveries still wait:{string.Concat(lines)}{more}";
    }
}
