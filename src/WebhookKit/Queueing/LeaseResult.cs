namespace WebhookKit;

/// <summary>The answer to a <see cref="LeaseRequest"/>.</summary>
public sealed record LeaseResult
{
    /// <summary>The lanes leased, those longest due first; empty if none was due in time.</summary>
    public required IReadOnlyList<LeasedLane> Lanes { get; init; }

    /// <summary>The store's clock at the moment of the answer; it dates the requests sent under this lease.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>How long until the next lane that was not leased becomes due: zero if one is due already, null if none is waiting.</summary>
    public TimeSpan? NextDue { get; init; }
}
