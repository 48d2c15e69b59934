using System.Collections.ObjectModel;

namespace WebhookKit;

/// <summary>
/// Who gets which events, where, and how. What is null or empty falls back to the event type's setting, then to the host's.
/// URL, secrets and status are read when a delivery is sent, never frozen into it.
/// </summary>
public sealed record Subscription
{
    /// <summary>The subscription's id; given when it is created, unless the host gives one of its own.</summary>
    public SubscriptionId Id { get; init; }

    /// <summary>The tenant whose events it gets: exactly this one. Null is the host's own tenant, never a wildcard. At most 256 characters.</summary>
    public string? Tenant { get; init; }

    /// <summary>What people call it; null is none. At most 1,024 characters.</summary>
    public string? Name { get; init; }

    /// <summary>What it is for; null is none. At most 1,024 characters.</summary>
    public string? Description { get; init; }

    /// <summary>The absolute URL that requests are sent to. User-info, fragments and white space are refused. At most 8,000 characters.</summary>
    public required string Url { get; init; }

    /// <summary>Which events it gets; at least one pattern.</summary>
    public required IReadOnlyList<EventPattern> Events { get; init; }

    /// <summary>What the attributes of an event must be like beside its type; all conditions must hold, 50 at the most. Empty asks for nothing.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<AttributeCondition> Filter { get; init; } = [];

    /// <summary>What it takes now.</summary>
    /// <value><see cref="SubscriptionStatus.Active"/> by default.</value>
    public SubscriptionStatus Status { get; init; }

    /// <summary>Why it is disabled or paused, where somebody said so; cleared when it is stored with any other status.</summary>
    public string? StatusReason { get; init; }

    /// <summary>Whether its deliveries keep the order in which they were accepted.</summary>
    /// <value><see cref="DeliveryOrder.None"/> by default.</value>
    public DeliveryOrder Order { get; init; }

    /// <summary>The secrets that requests are signed with. Left empty when it is created, one is generated. Ten at the most.</summary>
    public WebhookSecrets Secrets { get; init; } = WebhookSecrets.None;

    /// <summary>How requests are signed; null is the host's way, an empty list is not at all.</summary>
    public IReadOnlyList<SignatureScheme>? Schemes { get; init; }

    /// <summary>How requests authenticate themselves beside their signature.</summary>
    /// <value>None by default.</value>
    public EndpointAuthentication Authentication { get; init; } = EndpointAuthentication.None;

    /// <summary>
    /// Headers added to each request. Names that the sender, a signature scheme, the authentication or an envelope of its events sets are refused, and so is
    /// <c>authorization</c>: values that are secret belong into <see cref="Authentication"/>, since these here show.
    /// </summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The form of the body; null is the event type's, then the host's.</summary>
    public Envelope? Envelope { get; init; }

    /// <summary>When failed attempts are repeated; null is the event type's policy, then the host's.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>The same for single event types, by name; goes before all others.</summary>
    public IReadOnlyDictionary<string, RetryPolicy> RetryByEventType { get; init; } = ReadOnlyDictionary<string, RetryPolicy>.Empty;

    /// <summary>Which answers count as accepted; null is the host's rule.</summary>
    public SuccessRule? Success { get; init; }

    /// <summary>How long an answer may take; null is the host's timeout. At most the host's <c>MaxTimeout</c>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// How many requests may be in flight to it at once, 1 to 10,000; null is the host's limit. A node never has more in flight than its own
    /// <c>Webhooks:Dispatcher:MaxConcurrency</c>.
    /// </summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>Whether an answer 410 Gone disables it (Standard Webhooks, "Operational considerations"); null is the host's choice.</summary>
    public bool? DisableOnGone { get; init; }

    /// <summary>Whether a <c>Retry-After</c> header on 429 and 503 is heeded (RFC 9110 section 10.2.3); null is the host's choice.</summary>
    public bool? RespectRetryAfter { get; init; }

    /// <summary>Whatever the host wants to keep with it; sent only by an envelope that declares <see cref="EnvelopeInputs.Metadata"/>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Counts its changes. An update must carry the version it was based on.</summary>
    public long Version { get; init; }

    /// <summary>
    /// Why a store could not read all of it: a key that is not known, a part that this host does not name, a newer form. It is then an outline without secrets
    /// that a durable store refuses to write down. Null if there is no such fault.
    /// </summary>
    internal WebhookStoreException? Fault { get; init; }

    /// <summary>
    /// Whether it gets an event that is published to whoever matches: it is active or paused, of exactly the event's tenant, one of its patterns matches, and
    /// all conditions of its filter hold. The rule that every <see cref="ISubscriptionStore"/> keeps.
    /// </summary>
    public bool Matches(EventToMatch e) =>
        Status is SubscriptionStatus.Active or SubscriptionStatus.Paused
        && string.Equals(Tenant, e.Tenant, StringComparison.Ordinal) && AsksFor(e.EventType, e.Group) && Accepts(e.Attributes);

    /// <summary>Whether one of the patterns matches.</summary>
    internal bool AsksFor(string eventType, string? group)
    {
        foreach (var pattern in Events)
        {
            if (pattern.Matches(eventType, group))
                return true;
        }

        return false;
    }

    /// <summary>Whether all conditions of the filter hold.</summary>
    internal bool Accepts(IReadOnlyDictionary<string, string> attributes) => FirstRefusal(attributes) is null;

    /// <summary>The first condition that does not hold; null if all do.</summary>
    internal AttributeCondition? FirstRefusal(IReadOnlyDictionary<string, string> attributes)
    {
        for (var i = 0; i < Filter.Count; i++)
        {
            if (!Filter[i].Accepts(attributes))
                return Filter[i];
        }

        return null;
    }
}
