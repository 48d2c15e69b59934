using System.Collections.ObjectModel;

namespace WebhookKit;

/// <summary>
/// A destination that is given with a publish instead of being subscribed: where to send, and how. What is null falls back to the event type's setting, then to
/// the host's. An answer of 410 Gone ends the delivery. It is held to the rules of subscriptions, and stored once for all deliveries with equal settings; see
/// <see cref="StoredDestination.Id"/>.
/// </summary>
public sealed record WebhookDestination
{
    /// <summary>The absolute URL that requests are sent to. User-info, fragments and white space are refused. At most 8,000 characters.</summary>
    public required string Url { get; init; }

    /// <summary>The secrets that requests are signed with. Needed where requests are signed; none is generated, since nobody would learn it.</summary>
    public WebhookSecrets Secrets { get; init; } = WebhookSecrets.None;

    /// <summary>How requests are signed; null is the host's way, an empty list is not at all.</summary>
    public IReadOnlyList<SignatureScheme>? Schemes { get; init; }

    /// <summary>How requests authenticate themselves beside their signature.</summary>
    /// <value>None by default.</value>
    public EndpointAuthentication Authentication { get; init; } = EndpointAuthentication.None;

    /// <summary>Headers added to each request; see <see cref="Subscription.Headers"/>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The form of the body; null is the event type's, then the host's.</summary>
    public Envelope? Envelope { get; init; }

    /// <summary>When failed attempts are repeated; null is the event type's policy, then the host's.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>Which answers count as accepted; null is the host's rule.</summary>
    public SuccessRule? Success { get; init; }

    /// <summary>How long an answer may take; null is the host's timeout. At most the host's <c>MaxTimeout</c>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether an answer 410 Gone ends the delivery at once; null is the host's choice (<see cref="SubscriptionOptions.DisableOnGone"/>).</summary>
    public bool? EndOnGone { get; init; }

    /// <summary>Whether a <c>Retry-After</c> header on 429 and 503 is heeded (RFC 9110 section 10.2.3); null is the host's choice.</summary>
    public bool? RespectRetryAfter { get; init; }

    /// <summary>Whatever is to come back with the notification: an envelope that declares it can put it into the body.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}
