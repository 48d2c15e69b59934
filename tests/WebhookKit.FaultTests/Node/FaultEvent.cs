namespace WebhookKit.FaultTests.Node;

/// <summary>The data of every event.</summary>
internal sealed record FaultEvent(int Number, string Note);
