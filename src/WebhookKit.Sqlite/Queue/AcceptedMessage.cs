namespace WebhookKit.Sqlite.Queue;

/// <summary>A message as it is handed out, when it was accepted, and with how many targets.</summary>
internal sealed record AcceptedMessage(WebhookMessage Message, long Accepted, int Targets);
