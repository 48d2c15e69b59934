namespace WebhookKit.PostgreSql.Queue;

/// <summary>A lane that was leased a moment ago, in the transaction that leases it.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="Token">The new lease's token.</param>
/// <param name="Expired">Whether the lease before ended without a word.</param>
/// <param name="VisibleAt">Since when it was due.</param>
/// <param name="Turn">What came first among those due since then.</param>
/// <param name="Suspect">The delivery that goes alone, or went.</param>
/// <param name="Expiries">How many leases ended without a word while it was alone.</param>
/// <param name="Concurrency">What the last holder learnt.</param>
internal sealed record LeaseHand(LaneId Lane, LaneToken Token, bool Expired, DateTime VisibleAt, long Turn, long? Suspect, int Expiries, int? Concurrency);
