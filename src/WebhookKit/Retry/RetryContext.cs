namespace WebhookKit.Retry;

/// <summary>All that a retry decision depends on.</summary>
internal readonly record struct RetryContext
{
    /// <summary>How many attempts were counted, the one that just failed among them.</summary>
    public required int AttemptsMade { get; init; }

    /// <summary>How the attempt ended; not <see cref="AttemptOutcome.Delivered"/>.</summary>
    public required AttemptOutcome Outcome { get; init; }

    /// <summary>The status of the answer, if there was one.</summary>
    public int? StatusCode { get; init; }

    /// <summary>How long the answer asked to wait (<c>Retry-After</c>), if it did.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether <c>Retry-After</c> counts.</summary>
    public required bool RespectRetryAfter { get; init; }

    /// <summary>Whether 410 Gone ends the delivery.</summary>
    public required bool EndOnGone { get; init; }

    /// <summary>How long ago the delivery was enqueued.</summary>
    public required TimeSpan SinceEnqueued { get; init; }

    /// <summary>How old a delivery may become.</summary>
    public required TimeSpan MaxAge { get; init; }

    /// <summary>A random number from 0 to below 1: how much of the policy's jitter is added.</summary>
    public required double JitterFraction { get; init; }
}
