using System.Collections.ObjectModel;

namespace WebhookKit;

/// <summary>Settings of <see cref="Envelope.CloudEvents(CloudEventsOptions)"/>. An attribute that is not given, or given as null, is absent.</summary>
public sealed record CloudEventsOptions
{
    /// <summary>
    /// The context in which events happen: a URI reference (RFC 3986), 1 to 2,048 characters. Together with the id it tells events apart (CloudEvents 1.0.2,
    /// "source").
    /// </summary>
    public required string Source { get; init; }

    /// <summary>How events are put into requests.</summary>
    /// <value><see cref="CloudEventsMode.Structured"/> by default.</value>
    public CloudEventsMode Mode { get; init; }

    /// <summary>
    /// What stands before the event type, usually a reverse domain name: <c>com.example.</c> (CloudEvents 1.0.2, "type"). Letters, digits and
    /// <c>. - _ / :</c>, at most 128 characters; it ends with one that separates.
    /// </summary>
    /// <value>Empty by default.</value>
    public string TypePrefix { get; init; } = "";

    /// <summary>What the event is about within its source, for each message; null, or a result that is null or empty, leaves it out.</summary>
    public Func<EnvelopeContext, string?>? Subject { get; init; }

    /// <summary>The schema that the data adheres to, an absolute URI, for each message; null, or a result that is null, leaves it out.</summary>
    public Func<EnvelopeContext, Uri?>? DataSchema { get; init; }

    /// <summary>
    /// Extension attributes by name: 1 to 20 lower-case letters and digits (CloudEvents 1.0.2, "Naming conventions"). A result that is null or empty leaves the
    /// attribute out.
    /// </summary>
    /// <value>None by default.</value>
    public IReadOnlyDictionary<string, Func<EnvelopeContext, string?>> Extensions { get; init; } =
        ReadOnlyDictionary<string, Func<EnvelopeContext, string?>>.Empty;

    /// <summary>What the functions here use beside the message. They must depend on nothing else.</summary>
    /// <value>Nothing by default.</value>
    public EnvelopeInputs Uses { get; init; }
}
