using WebhookKit.Subscriptions;

namespace WebhookKit.Dispatching;

/// <summary>How deliveries are worked off, where subscription, event type and host each may have a say: the most particular one wins.</summary>
internal sealed class DeliverySettings(
    SubscriptionOptions defaults, RetryOptions retry, DispatcherOptions dispatcher, IEnumerable<EventTypeDefaults> byEventType)
{
    private readonly RetryPolicy _hostRetry = defaults.Retry ?? retry.ToPolicy();
    private readonly Dictionary<string, EventTypeDefaults> _byEventType = byEventType.ToDictionary(d => d.EventType, StringComparer.Ordinal);

    public TimeSpan MaxAge => retry.MaxAge;

    public RetryPolicy Retry(Subscription s, string eventType) =>
        s.RetryByEventType.TryGetValue(eventType, out var policy) ? policy : s.Retry ?? Of(eventType)?.Retry ?? _hostRetry;

    public bool DisableOnGone(Subscription s) => s.DisableOnGone ?? defaults.DisableOnGone;

    public bool RespectRetryAfter(Subscription s) => s.RespectRetryAfter ?? defaults.RespectRetryAfter;

    public int MaxConcurrency(Subscription? s) => Math.Clamp(s?.MaxConcurrency ?? dispatcher.MaxConcurrencyPerSubscription, 1, dispatcher.MaxConcurrency);

    private EventTypeDefaults? Of(string eventType) => _byEventType.GetValueOrDefault(eventType);
}
