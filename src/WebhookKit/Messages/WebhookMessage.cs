using System.Collections.ObjectModel;

namespace WebhookKit;

/// <summary>
/// One published event, as it is stored: the host's data serialised once. Every subscriber and every attempt gets the same <see cref="PublicId"/>.
/// </summary>
public sealed record WebhookMessage
{
    /// <summary>The internal id: a version 7 UUID (RFC 9562), so ids sort by time.</summary>
    public required Guid Id { get; init; }

    /// <summary>The id that receivers see (<c>webhook-id</c>), by default <c>msg_</c> and 32 hexadecimal digits. Never contains a full stop.</summary>
    public required string PublicId { get; init; }

    /// <summary>The tenant that the event belongs to; null is the host's own tenant, never a wildcard.</summary>
    public string? Tenant { get; init; }

    /// <summary>The event type, for example <c>inspection.completed</c>.</summary>
    public required string EventType { get; init; }

    /// <summary>When the event happened: the time of publishing unless the publisher said otherwise. In UTC.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>
    /// The trace that the event was published in, as a <c>traceparent</c> (W3C Trace Context); the attempts' own traces link to it. Null is none. Never sent.
    /// </summary>
    public string? TraceParent { get; init; }

    /// <summary>
    /// What subscriptions filter by and the delivery log is searched by, beside type and tenant: short names and values that the publisher gave. Not sent.
    /// </summary>
    /// <value>Empty by default.</value>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>
    /// Whether the publisher said who gets it, in <see cref="PublishOptions.Subscriptions"/> or <see cref="PublishOptions.Destinations"/>: it goes to nobody
    /// else, also not later by a replay. Stores keep it. Not sent.
    /// </summary>
    /// <value>False by default.</value>
    public bool IsAddressed { get; init; }

    /// <summary>The event's data as UTF-8 JSON, without any envelope.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }
}
