namespace WebhookKit;

/// <summary>An event was accepted: it will be delivered to its targets, or end in the dead letters.</summary>
/// <param name="MessageId">The message's id as receivers see it.</param>
/// <param name="Targets">How many subscriptions it goes to; zero if none matched.</param>
public readonly record struct PublishResult(string MessageId, int Targets);
