namespace WebhookKit;

/// <summary>Proof of one lease of one lane: random, never a counter, worthless once the lease has gone to somebody else.</summary>
/// <param name="Value">The random value.</param>
public readonly record struct LaneToken(Guid Value);
