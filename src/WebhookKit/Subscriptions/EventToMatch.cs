namespace WebhookKit;

/// <summary>An event whose subscribers are looked for.</summary>
/// <param name="Tenant">Its tenant; null is the host's own, never a wildcard.</param>
/// <param name="EventType">Its type.</param>
/// <param name="Group">The group its type belongs to; null is none.</param>
public readonly record struct EventToMatch(string? Tenant, string EventType, string? Group);
