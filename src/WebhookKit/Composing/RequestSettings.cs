using WebhookKit.Subscriptions;

namespace WebhookKit.Composing;

/// <summary>What a request is made by, where subscription, event type and host each may have a say: the most particular one wins.</summary>
internal sealed class RequestSettings(SubscriptionOptions defaults, WebhookSendingOptions sending, EnvelopeChoice envelopes)
{
    public Envelope Envelope(Subscription s, string eventType) => envelopes.For(s, eventType);

    public IReadOnlyList<SignatureScheme> Schemes(Subscription s) => s.Schemes ?? defaults.Schemes;

    public SuccessRule Success(Subscription s) => s.Success ?? defaults.Success;

    public TimeSpan Timeout(Subscription s) => s.Timeout ?? sending.Timeout;
}
