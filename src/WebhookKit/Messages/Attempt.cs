namespace WebhookKit;

/// <summary>One attempt to deliver: what the delivery log keeps of it.</summary>
public sealed record Attempt
{
    /// <summary>Made when the send started; settling twice with the same id counts once.</summary>
    public required Guid Id { get; init; }

    /// <summary>The delivery that was attempted.</summary>
    public required DeliveryId Delivery { get; init; }

    /// <summary>Which attempt of the delivery it was, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Why it was made.</summary>
    public required AttemptTrigger Trigger { get; init; }

    /// <summary>When the send started, by the store's clock; <c>webhook-timestamp</c> of the request.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took until the answer was read or the attempt failed.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How it ended.</summary>
    public required AttemptOutcome Outcome { get; init; }

    /// <summary>The status of the answer, if there was one.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The first part of the answer's body, as text, as far as the host keeps it.</summary>
    public string? ResponseBody { get; init; }

    /// <summary>What went wrong, for people. Never contains a secret.</summary>
    public string? Detail { get; init; }
}
