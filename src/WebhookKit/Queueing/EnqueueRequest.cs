namespace WebhookKit;

/// <summary>A message to accept, with everywhere it goes. No targets at all is allowed: the message is then only logged.</summary>
/// <param name="Message">The message.</param>
/// <param name="Targets">Where it goes; each becomes one delivery.</param>
public readonly record struct EnqueueRequest(WebhookMessage Message, IReadOnlyList<DeliveryTarget> Targets);
