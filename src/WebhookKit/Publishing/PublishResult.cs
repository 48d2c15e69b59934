namespace WebhookKit;

/// <summary>An event was accepted: it will be delivered to its targets, or end in the dead letters.</summary>
/// <param name="MessageId">The message's id as receivers see it; for a duplicate, the first message's.</param>
/// <param name="Targets">How many targets it goes to, zero if nobody gets it; for a duplicate, how many the first message had.</param>
public readonly record struct PublishResult(string MessageId, int Targets)
{
    /// <summary>
    /// Whether the same content was published under the same idempotency key before: this publish stored nothing, and the first one stands. It does not count
    /// as published.
    /// </summary>
    public bool IsDuplicate { get; init; }

    /// <summary>Why nobody gets it, if that was asked for with <see cref="PublishOptions.ExplainNoMatch"/> and nobody does; null for a duplicate.</summary>
    public NoMatchExplanation? NoMatch { get; init; }
}
