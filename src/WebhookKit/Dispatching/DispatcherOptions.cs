namespace WebhookKit;

/// <summary>Settings of the dispatcher, the hosted service that sends what waits; section <c>Webhooks:Dispatcher</c>.</summary>
public sealed class DispatcherOptions
{
    /// <summary>Whether this node sends. Switched off, it only publishes, and other nodes on the same store send.</summary>
    /// <value>True by default.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>How many requests this node may have in flight at once.</summary>
    /// <value>256 by default; 1 to 10,000.</value>
    public int MaxConcurrency { get; set; } = 256;

    /// <summary>How many requests may be in flight at once to one subscription that does not say otherwise.</summary>
    /// <value>16 by default; 1 to <see cref="MaxConcurrency"/>.</value>
    public int MaxConcurrencyPerSubscription { get; set; } = 16;

    /// <summary>
    /// How many of the <see cref="MaxConcurrency"/> requests only first attempts of what was newly published may take, never retries nor what is resent,
    /// recovered or replayed: so that those, however many there are and however their endpoints hang, do not keep what is new. Zero reserves none.
    /// </summary>
    /// <value>Null by default, which is a quarter of <see cref="MaxConcurrency"/>; 0 to <see cref="MaxConcurrency"/> less one.</value>
    public int? ReservedForFirstAttempts { get; set; }

    /// <summary>
    /// How long a lane is leased before the lease must be renewed, which happens at a third of it. What a crashed node held becomes due after this time.
    /// A lane whose timeout is longer than this allows is leased for longer.
    /// </summary>
    /// <value>45 s by default; 5 s to 10 min.</value>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// How long requests in flight may go on when the host stops, before they are cut short.
    /// To settle, to release and to tell observers takes up to 5 s more, whatever hangs: the host's own shutdown timeout must be at least 5 s longer.
    /// </summary>
    /// <value>10 s by default; zero cuts them at once.</value>
    public TimeSpan ShutdownGrace { get; set; } = TimeSpan.FromSeconds(10);

    internal int Reserved => ReservedForFirstAttempts ?? MaxConcurrency / 4;

    internal IEnumerable<WebhookError> Check()
    {
        const string section = "Webhooks:Dispatcher:";
        if (MaxConcurrency is < 1 or > 10_000)
            yield return new(WebhookErrorCode.OutOfRange, section + nameof(MaxConcurrency), $"{MaxConcurrency} is out of range.", "Use 1 to 10000.");
        if (MaxConcurrencyPerSubscription < 1 || MaxConcurrencyPerSubscription > MaxConcurrency)
            yield return new(
                WebhookErrorCode.OutOfRange, section + nameof(MaxConcurrencyPerSubscription), $"{MaxConcurrencyPerSubscription} is out of range.",
                "Use 1 to MaxConcurrency.");
        if (ReservedForFirstAttempts < 0 || ReservedForFirstAttempts >= MaxConcurrency)
            yield return new(
                WebhookErrorCode.OutOfRange, section + nameof(ReservedForFirstAttempts), $"{ReservedForFirstAttempts} is out of range.",
                "Use 0 to MaxConcurrency less one: retries need one too.");
        if (LeaseDuration < TimeSpan.FromSeconds(5) || LeaseDuration > TimeSpan.FromMinutes(10))
            yield return new(WebhookErrorCode.OutOfRange, section + nameof(LeaseDuration), $"{LeaseDuration} is out of range.", "Use 5 s to 10 min.");
        if (ShutdownGrace < TimeSpan.Zero || ShutdownGrace > TimeSpan.FromMinutes(10))
            yield return new(WebhookErrorCode.OutOfRange, section + nameof(ShutdownGrace), $"{ShutdownGrace} is out of range.", "Use zero to 10 min.");
    }
}
