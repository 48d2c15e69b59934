using System.Collections.ObjectModel;

namespace WebhookKit;

/// <summary>What can be said about an event beside its data.</summary>
public sealed record PublishOptions
{
    /// <summary>The tenant whose subscriptions get it: exactly this one. Null is the host's own tenant, never a wildcard. At most 256 characters.</summary>
    public string? Tenant { get; init; }

    /// <summary>The event type, where the data's .NET type is registered for several; null takes the only one. Not for events that are given by name.</summary>
    public string? EventType { get; init; }

    /// <summary>When the event happened; null is now.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>
    /// What subscriptions filter by beside the type, and the delivery log is searched by; not sent. At most 50, names of at most 128 characters, values of at
    /// most 1,024, without control characters.
    /// </summary>
    /// <value>Empty by default.</value>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>
    /// The publisher's own name for this publish, so that it can be repeated safely; null is none. At most 256 characters; scoped to the tenant; known for at
    /// least <see cref="PublishingOptions.IdempotencyLifetime"/>.
    /// </summary>
    /// <remarks>
    /// The same key with the same content is answered with the first message (<see cref="PublishResult.IsDuplicate"/>), with other content it is an
    /// <see cref="IdempotencyConflictException"/>. The content is tenant, event type, data as serialised, <see cref="Timestamp"/> if given, attributes, and who
    /// is named in <see cref="Subscriptions"/> and <see cref="Destinations"/>. Of a destination, what only code can describe (a delegate, a policy, a scheme or
    /// an envelope of the host's) counts by its name only, and nothing that is secret counts: what is kept for the comparison cannot be used to try guesses. Of
    /// its secrets counts whether there are any, of its authentication the kind and the names of headers, of its headers the names. So a repeat after a
    /// rotation is the same publish, and goes nowhere again.
    /// </remarks>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// Exactly these subscriptions get it, each once, whatever their patterns and filters: paused ones wait, inactive and disabled ones get nothing. Each must
    /// be of the event's tenant. At most 1,000.
    /// </summary>
    /// <value>
    /// Null by default: if <see cref="Destinations"/> is null too, whoever matches gets it. An empty list names nobody.
    /// </value>
    public IReadOnlyList<SubscriptionId>? Subscriptions { get; init; }

    /// <summary>
    /// Ad hoc destinations: these get it, each once, with the named <see cref="Subscriptions"/> if both are given, and nobody else. At most 1,000.
    /// </summary>
    /// <value>
    /// Null by default: if <see cref="Subscriptions"/> is null too, whoever matches gets it. An empty list names nobody.
    /// </value>
    public IReadOnlyList<WebhookDestination>? Destinations { get; init; }

    /// <summary>
    /// Whether <see cref="PublishResult.NoMatch"/> is to say why nobody gets it, should that be so. Costs a look at the tenant's subscriptions, 10,000 at the
    /// most, and only then.
    /// </summary>
    /// <value>False by default.</value>
    public bool ExplainNoMatch { get; init; }
}
