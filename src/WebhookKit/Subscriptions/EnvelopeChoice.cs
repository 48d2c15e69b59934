namespace WebhookKit.Subscriptions;

/// <summary>Which envelope deliveries are made in: the subscription's own, else the event type's, else the host's.</summary>
internal sealed class EnvelopeChoice(SubscriptionOptions defaults, EventCatalog catalog, IEnumerable<EventTypeDefaults> byEventType)
{
    private readonly Dictionary<string, Envelope> _byEventType = byEventType
        .Where(d => d.Envelope is not null).ToDictionary(d => d.EventType, d => d.Envelope!, StringComparer.Ordinal);

    public Envelope For(Subscription s, string eventType) => s.Envelope ?? _byEventType.GetValueOrDefault(eventType) ?? defaults.Envelope;

    /// <summary>Those that a subscription may come to use, as far as its events are registered.</summary>
    public IEnumerable<Envelope> AllFor(Subscription s) => s.Envelope is { } own
        ? [own]
        : catalog.All.Where(type => s.Events?.Any(p => p is not null && p.Matches(type)) is true).Select(type => For(s, type.Name)).Distinct();
}
