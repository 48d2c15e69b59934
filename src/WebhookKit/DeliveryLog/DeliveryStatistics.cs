namespace WebhookKit;

/// <summary>Deliveries and their attempts in numbers, as far back as the log goes.</summary>
public sealed record DeliveryStatistics
{
    /// <summary>Deliveries that wait; those of accepted messages that are still to be stored are not counted here.</summary>
    public required long Waiting { get; init; }

    /// <summary>Deliveries that were accepted.</summary>
    public required long Delivered { get; init; }

    /// <summary>Deliveries that are dead-lettered.</summary>
    public required long Dead { get; init; }

    /// <summary>Deliveries that were cancelled.</summary>
    public required long Cancelled { get; init; }

    /// <summary>Attempts that were logged, by how they ended; an outcome that did not occur is left out.</summary>
    public required IReadOnlyDictionary<AttemptOutcome, long> Attempts { get; init; }

    /// <summary>How long these attempts took on average; null if there were none.</summary>
    public TimeSpan? MeanAttemptDuration { get; init; }

    /// <summary>How long the accepted deliveries took on average, from enqueue to the end; null if there were none.</summary>
    public TimeSpan? MeanTimeToDeliver { get; init; }
}
