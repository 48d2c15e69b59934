namespace WebhookKit;

/// <summary>What a store is to forget.</summary>
public sealed record TrimRequest
{
    /// <summary>How long the data of messages is kept after they were accepted, unless a delivery still waits; the record stays without it.</summary>
    public required TimeSpan Data { get; init; }

    /// <summary>
    /// How long ended deliveries with their attempts are kept after they ended. A message goes with its last delivery; one that went nowhere as long after it
    /// was accepted.
    /// </summary>
    public required TimeSpan Log { get; init; }

    /// <summary>How many records at the most are forgotten by this call; 1 or more.</summary>
    public required int Limit { get; init; }
}
