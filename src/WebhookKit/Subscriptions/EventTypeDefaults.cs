namespace WebhookKit.Subscriptions;

/// <summary>How events of one type are delivered where the subscription does not say otherwise.</summary>
internal sealed record EventTypeDefaults(string EventType, RetryPolicy? Retry, Envelope? Envelope);
