using WebhookKit.Subscriptions;

namespace WebhookKit.Dispatching;

/// <summary>How a delivery is made, where subscription, event type and host each may have a say: the most particular one wins.</summary>
internal sealed class DeliverySettings(
    SubscriptionOptions defaults, RetryOptions retry, WebhookSendingOptions sending, DispatcherOptions dispatcher, EnvelopeChoice envelopes,
    IEnumerable<EventTypeDefaults> byEventType)
{
    private readonly RetryPolicy _hostRetry = defaults.Retry ?? retry.ToPolicy();
    private readonly Dictionary<string, EventTypeDefaults> _byEventType = byEventType.ToDictionary(d => d.EventType, StringComparer.Ordinal);

    public TimeSpan MaxAge => retry.MaxAge;

    public RetryPolicy Retry(Subscription s, string eventType) =>
        s.RetryByEventType.TryGetValue(eventType, out var policy) ? policy : s.Retry ?? Of(eventType)?.Retry ?? _hostRetry;

    public Envelope Envelope(Subscription s, string eventType) => envelopes.For(s, eventType);

    public IReadOnlyList<SignatureScheme> Schemes(Subscription s) => s.Schemes ?? defaults.Schemes;

    public SuccessRule Success(Subscription s) => s.Success ?? defaults.Success;

    public bool DisableOnGone(Subscription s) => s.DisableOnGone ?? defaults.DisableOnGone;

    public bool RespectRetryAfter(Subscription s) => s.RespectRetryAfter ?? defaults.RespectRetryAfter;

    public TimeSpan Timeout(Subscription s) => s.Timeout ?? sending.Timeout;

    public int MaxConcurrency(Subscription? s) => Math.Clamp(s?.MaxConcurrency ?? dispatcher.MaxConcurrencyPerSubscription, 1, dispatcher.MaxConcurrency);

    private EventTypeDefaults? Of(string eventType) => _byEventType.GetValueOrDefault(eventType);
}
