namespace WebhookKit;

/// <summary>How failed deliveries are retried where neither the subscription nor the event type says otherwise. Section <c>Webhooks:Retry</c>.</summary>
public sealed class RetryOptions
{
    internal const double DefaultJitter = 0.1;

    /// <summary>The delays between the attempts. The first attempt is made at once and is not listed.</summary>
    /// <value>
    /// Null by default: the Standard Webhooks schedule (5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h). Null rather than this list, since binding
    /// a configuration appends to what is there.
    /// </value>
    public IList<TimeSpan>? Schedule { get; set; }

    /// <summary>How much is added to a delay at random, as a part of it. Never subtracted.</summary>
    /// <value>0.1 by default; 0 to 1.</value>
    public double Jitter { get; set; } = DefaultJitter;

    /// <summary>
    /// How old a delivery may become, whatever its policy; a retry that would come later is not made, and the delivery is dead-lettered as expired.
    /// </summary>
    /// <value>30 days by default.</value>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(30);

    /// <summary>The policy that the options, once validated, describe.</summary>
    internal RetryPolicy ToPolicy() =>
        (Schedule is { Count: > 0 } ? RetryPolicy.Schedule([.. Schedule]) : RetryPolicy.StandardWebhooks) with { Jitter = Jitter };
}
