namespace WebhookKit;

/// <summary>The answer to a <see cref="LeaseRequest"/>.</summary>
public sealed record LeaseResult
{
    /// <summary>The lanes leased, those longest due first; empty if none was due in time.</summary>
    public required IReadOnlyList<LeasedLane> Lanes { get; init; }

    /// <summary>The store's clock at the moment of the answer; it dates the requests sent under this lease.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>
    /// When the lease began, at the earliest: <see cref="TimeProvider.GetTimestamp"/> of this process from just before the lanes were granted, after any
    /// waiting. Deadlines are counted from here, so they are never later than the store's own.
    /// </summary>
    public required long GrantedAt { get; init; }

    /// <summary>How long until the next lane that was not leased becomes due: zero if one is due already, null if none is waiting.</summary>
    public TimeSpan? NextDue { get; init; }

    /// <summary>The deliveries that this call dead-lettered because their senders died; told here once, so that somebody hears of them.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<SuspectDelivery> Suspects { get; init; } = [];
}
