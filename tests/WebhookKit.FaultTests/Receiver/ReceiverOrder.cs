namespace WebhookKit.FaultTests.Receiver;

/// <summary>What the receiver is started with.</summary>
internal sealed record ReceiverOrder(int Seed, string Ledger, IReadOnlyList<TestSubscription> Subscriptions);
