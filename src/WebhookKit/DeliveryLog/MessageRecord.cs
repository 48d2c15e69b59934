namespace WebhookKit;

/// <summary>What the delivery log knows of one message.</summary>
public sealed record MessageRecord
{
    /// <summary>The message. Its data is empty in listings, and where it is no longer kept.</summary>
    public required WebhookMessage Message { get; init; }

    /// <summary>When it was accepted, by the store's clock.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>How many targets it had when it was accepted.</summary>
    public required int Targets { get; init; }

    /// <summary>How many bytes its data has; null where the data is no longer kept.</summary>
    public int? DataLength { get; init; }

    /// <summary>The key it was published with; null if there was none, or it is no longer known.</summary>
    public string? IdempotencyKey { get; init; }
}
