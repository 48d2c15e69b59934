namespace WebhookKit.Sending;

/// <summary>How one attempt ended.</summary>
internal sealed class AttemptResult
{
    public required AttemptOutcome Outcome { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>The status of the answer, if there was one.</summary>
    public int? StatusCode { get; init; }

    /// <summary>How long the answer asked to wait, if it did and the wish is a sane one.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The first part of the answer's body, if it is kept.</summary>
    public string? ResponseBody { get; init; }

    /// <summary>What went wrong, for people. Repeats no text of the host's own exceptions, which may hold secrets.</summary>
    public string? Detail { get; init; }

    /// <summary>What went wrong, for the <c>error.type</c> tag: few different values.</summary>
    public string? ErrorType { get; init; }

    /// <summary>What the host's own code threw (authentication, envelope, success rule), for whoever decides what may be shown of it.</summary>
    public Exception? Exception { get; init; }
}
