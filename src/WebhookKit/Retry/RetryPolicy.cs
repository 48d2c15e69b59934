using WebhookKit.Retry;

namespace WebhookKit;

/// <summary>
/// When a failed delivery is attempted again. A pure decision: state in, decision out. What a policy of the host's own adds is
/// <see cref="NextDelay"/>; the rules around it hold for every policy:
/// <list type="bullet">
/// <item>The sender's own failures are never counted: the delivery is deferred.</item>
/// <item><c>Retry-After</c> on 429 and 503 (RFC 9110 section 10.2.3) postpones, up to the policy's longest step; it never brings an attempt forward.</item>
/// <item>Jitter only adds: nothing is attempted early.</item>
/// <item>A blocked address is checked three times over an hour, not for days.</item>
/// <item>A retry that would fall beyond the delivery's maximum age is not made.</item>
/// </list>
/// </summary>
public abstract record RetryPolicy
{
    private const int TooManyRequests = 429;
    private const int ServiceUnavailable = 503;
    private const int Gone = 410;
    private const int EgressChecks = 3;
    private static readonly TimeSpan BetweenEgressChecks = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan ShortestDeferral = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDeferral = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The schedule that the Standard Webhooks specification recommends: at once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h.
    /// </summary>
    public static RetryPolicy StandardWebhooks { get; } = new ScheduledRetry(
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10),
        TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ]);

    /// <summary>One attempt and no other.</summary>
    public static RetryPolicy None { get; } = new NoRetry();

    /// <summary>How much is added to a delay at random, as a part of it: 0.1 adds up to a tenth.</summary>
    /// <value>0.1 by default; 0 for <see cref="Fixed"/>, whose spacing is exact. 0 to 1.</value>
    /// <exception cref="WebhookValidationException">The value is out of range.</exception>
    public double Jitter
    {
        get;
        init => field = RetryFaults.IsJitter(value) ? value : throw new WebhookValidationException(RetryFaults.Jitter(nameof(Jitter)));
    }
    = RetryOptions.DefaultJitter;

    /// <summary>The longest delay of the policy before jitter: as far as <c>Retry-After</c> can postpone.</summary>
    protected abstract TimeSpan LongestStep { get; }

    /// <summary>A retry after each of these delays in turn. The first attempt is made at once and is not part of the list.</summary>
    /// <exception cref="WebhookValidationException">The list is empty, or a delay is not above zero and at most 365 days; all faults are named.</exception>
    public static RetryPolicy Schedule(params IReadOnlyList<TimeSpan> delays)
    {
        ArgumentNullException.ThrowIfNull(delays);
        var faults = new RetryFaults();
        faults.CheckCount(nameof(delays), delays.Count);
        for (var i = 0; i < delays.Count; i++)
            faults.CheckDuration($"{nameof(delays)}[{i}]", delays[i]);
        faults.ThrowIfAny();
        return new ScheduledRetry([.. delays]);
    }

    /// <summary>Delays that grow by a factor: <paramref name="first"/>, <paramref name="first"/> × <paramref name="factor"/>, and so on.</summary>
    /// <param name="first">The delay before the first retry.</param>
    /// <param name="factor">What each delay is multiplied by; 1 to 100.</param>
    /// <param name="maxDelay">What no delay exceeds (before jitter).</param>
    /// <param name="maxAttempts">How many attempts at the most, the first among them.</param>
    /// <exception cref="WebhookValidationException">An argument is out of range or two contradict each other; all faults are named.</exception>
    public static RetryPolicy Exponential(TimeSpan first, double factor, TimeSpan maxDelay, int maxAttempts)
    {
        var faults = new RetryFaults();
        faults.CheckDuration(nameof(first), first);
        faults.CheckFactor(nameof(factor), factor);
        faults.CheckDuration(nameof(maxDelay), maxDelay);
        faults.CheckOrder(nameof(first), first, nameof(maxDelay), maxDelay);
        faults.CheckCount(nameof(maxAttempts), maxAttempts);
        faults.ThrowIfAny();
        return new ExponentialRetry(first, factor, maxDelay, maxAttempts);
    }

    /// <summary>A number of retries, equally spaced, without jitter unless <see cref="Jitter"/> is set.</summary>
    /// <exception cref="WebhookValidationException">An argument is out of range; all faults are named.</exception>
    public static RetryPolicy Fixed(int retries, TimeSpan spacing)
    {
        var faults = new RetryFaults();
        faults.CheckCount(nameof(retries), retries);
        faults.CheckDuration(nameof(spacing), spacing);
        faults.ThrowIfAny();
        return new FixedRetry(retries, spacing) { Jitter = 0 };
    }

    /// <summary>
    /// A number of retries, all within <paramref name="window"/> of the first attempt, jitter included. They are equally spaced, and the last share of the
    /// window is left for the attempts themselves: two within 30 minutes are made after at most 10 and 20 minutes.
    /// </summary>
    /// <exception cref="WebhookValidationException">An argument is out of range; all faults are named.</exception>
    public static RetryPolicy WithinWindow(int retries, TimeSpan window)
    {
        var faults = new RetryFaults();
        faults.CheckCount(nameof(retries), retries);
        faults.CheckDuration(nameof(window), window);
        faults.ThrowIfAny();
        return new WindowRetry(retries, window);
    }

    /// <summary>
    /// Retries without an end, at delays that double from <paramref name="first"/> to <paramref name="max"/>.
    /// Only the delivery's maximum age ends it.
    /// </summary>
    /// <exception cref="WebhookValidationException">An argument is out of range or they contradict each other; all faults are named.</exception>
    public static RetryPolicy UntilAccepted(TimeSpan first, TimeSpan max)
    {
        var faults = new RetryFaults();
        faults.CheckDuration(nameof(first), first);
        faults.CheckDuration(nameof(max), max);
        faults.CheckOrder(nameof(first), first, nameof(max), max);
        faults.ThrowIfAny();
        return new ExponentialRetry(first, Factor: 2, max, MaxAttempts: null);
    }

    /// <summary>Decides what becomes of a delivery after a failed attempt.</summary>
    /// <exception cref="ArgumentException">The context is not that of a failed attempt.</exception>
    public RetryDecision Decide(in RetryContext context)
    {
        if (context.Outcome is AttemptOutcome.Delivered)
            throw new ArgumentException("A delivered attempt has no retry.", nameof(context));
        if (context.JitterFraction is not (>= 0 and < 1))
            throw new ArgumentException("The jitter fraction must be from 0 to below 1.", nameof(context));

        return context.Outcome switch
        {
            // Nothing was wrong but the moment: it is due as soon as somebody can send it.
            AttemptOutcome.Cancelled => RetryDecision.Defer(TimeSpan.Zero),
            AttemptOutcome.SenderError => WithinAge(context, RetryDecision.Defer(DeferralAfter(context.SinceEnqueued))),
            _ => DecideCharged(context),
        };
    }

    /// <summary>A text that says all there is to say about this policy: two policies with the same are interchangeable. Null if there is none.</summary>
    internal virtual string? Identity() => null;

    /// <summary>The delay before the next attempt, or null if there is to be none.</summary>
    /// <param name="attemptsMade">How many attempts have failed, at least 1.</param>
    protected abstract TimeSpan? NextDelay(int attemptsMade);

    private RetryDecision DecideCharged(in RetryContext context)
    {
        if (context.AttemptsMade < 1)
            throw new ArgumentException("The attempt that failed must be counted.", nameof(context));
        if (context.EndOnGone && context.StatusCode == Gone)
            return RetryDecision.GiveUp(DeadReason.Gone);
        if (NextDelay(context.AttemptsMade) is not { } next)
            return RetryDecision.GiveUp(DeadReason.Exhausted);
        // Whatever a policy of the host's answers stays within what can be reckoned with.
        var delay = Later(TimeSpan.Zero, Earlier(next, RetryFaults.MaxDuration));
        if (context.Outcome is AttemptOutcome.BlockedByEgress)
        {
            if (context.AttemptsMade >= EgressChecks)
                return RetryDecision.GiveUp(DeadReason.Exhausted);
            delay = BetweenEgressChecks;
        }
        else if (context.RespectRetryAfter && context is { StatusCode: TooManyRequests or ServiceUnavailable, RetryAfter: { } asked })
        {
            delay = Later(delay, Earlier(asked, Earlier(LongestStep, RetryFaults.MaxDuration)));
        }

        return WithinAge(context, RetryDecision.Retry(delay + (delay * (Jitter * context.JitterFraction))));
    }

    private static RetryDecision WithinAge(in RetryContext context, RetryDecision decision) =>
        decision.Delay > context.MaxAge - context.SinceEnqueued ? RetryDecision.GiveUp(DeadReason.Expired) : decision;

    // As long again as it has waited so far: the delays double without anything being stored.
    private static TimeSpan DeferralAfter(TimeSpan waited) => Later(ShortestDeferral, Earlier(waited, LongestDeferral));

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
