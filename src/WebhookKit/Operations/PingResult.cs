namespace WebhookKit;

/// <summary>How a ping ended.</summary>
public sealed record PingResult
{
    /// <summary>The event type of pings, in <c>type</c> of the body where the envelope has one. It need not be registered or asked for.</summary>
    public const string EventType = "webhook.ping";

    /// <summary>The id that the receiver saw (<c>webhook-id</c>).</summary>
    public required string MessageId { get; init; }

    /// <summary>How it ended; anything but <see cref="AttemptOutcome.Delivered"/> is a failure.</summary>
    public required AttemptOutcome Outcome { get; init; }

    /// <summary>How long it took until the answer was read or the attempt failed.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The status of the answer, if there was one.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The first part of the answer's body, as text, as far as the host keeps it.</summary>
    public string? ResponseBody { get; init; }

    /// <summary>What went wrong, for people. Never contains a secret.</summary>
    public string? Detail { get; init; }
}
