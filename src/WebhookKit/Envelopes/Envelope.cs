using System.Net.Http.Headers;
using System.Text.Json;
using WebhookKit.Envelopes;
using WebhookKit.Sending;

namespace WebhookKit;

/// <summary>
/// How a message becomes the body of a request: a pure function of the message and of the inputs it declares, so that one rendering serves every delivery and
/// every attempt for which these are equal. Derive from it only if <see cref="Custom"/> is not enough; instances are immutable and safe for concurrent use.
/// </summary>
public abstract class Envelope
{
    private const string Json = "application/json";
    private const EnvelopeInputs AllInputs = EnvelopeInputs.TenantValues | EnvelopeInputs.Metadata;

    /// <summary>Creates an envelope.</summary>
    /// <param name="name">Its name, for logs and errors, and for configuration to refer to.</param>
    /// <param name="contentType">The media type of the bodies it makes; <c>application/json</c> by default.</param>
    /// <param name="uses">What it uses beside the message; nothing by default.</param>
    /// <param name="headerNames">The names of all headers that its renderings may set, or that no one else may set; none by default.</param>
    /// <exception cref="WebhookValidationException">
    /// The name is empty, the content type is malformed, an input is unknown, or a header's name is malformed, reserved or repeated; all faults are named.
    /// </exception>
    protected Envelope(
        string name, string contentType = Json, EnvelopeInputs uses = EnvelopeInputs.None, params IReadOnlyCollection<string> headerNames)
    {
        ArgumentNullException.ThrowIfNull(headerNames);
        List<WebhookError> errors = [];
        if (string.IsNullOrWhiteSpace(name))
            errors.Add(new WebhookError(WebhookErrorCode.Required, "Envelope.Name", "The envelope has no name.", "Give it a name that is its own."));
        if (!MediaTypeHeaderValue.TryParse(contentType, out _))
            errors.Add(new WebhookError(
                WebhookErrorCode.InvalidHeader, "Envelope.ContentType", "The content type is malformed.", "Give a media type such as 'application/json'."));
        if ((uses & ~AllInputs) != EnvelopeInputs.None)
            errors.Add(new WebhookError(WebhookErrorCode.OutOfRange, "Envelope.Uses", "There is no such input.", "Use members of EnvelopeInputs."));
        errors.AddRange(HeaderRules.Check([.. headerNames.Select(n => KeyValuePair.Create(n, ""))], "Envelope.HeaderNames", RequestHeaders.Authorization));
        if (errors.Count > 0)
            throw new WebhookValidationException(errors);

        Name = name;
        ContentType = contentType;
        Uses = uses;
        HeaderNames = [.. headerNames];
    }

    /// <summary>The data itself, nothing around it.</summary>
    public static Envelope Bare { get; } = new BareEnvelope();

    /// <summary>
    /// <c>{"type":…,"timestamp":…,"data":…}</c>, the payload structure that the Standard Webhooks specification recommends. The time is UTC in ISO 8601.
    /// </summary>
    public static Envelope StandardWebhooks { get; } = new StandardWebhooksEnvelope();

    /// <summary>The envelope's name.</summary>
    public string Name { get; }

    /// <summary>The media type of the bodies it makes.</summary>
    public string ContentType { get; }

    /// <summary>What it uses beside the message.</summary>
    public EnvelopeInputs Uses { get; }

    /// <summary>The names of the headers that belong to it; a subscription that uses it cannot set them.</summary>
    public IReadOnlyList<string> HeaderNames { get; }

    /// <summary>An envelope of the host's own design.</summary>
    /// <param name="name">Its name, for logs and errors, and for configuration to refer to.</param>
    /// <param name="write">
    /// Writes one complete JSON value. It must depend on nothing but the context and what it captured when it was made: what it writes is reused for
    /// every delivery of the message with this envelope and equal inputs.
    /// </param>
    /// <param name="uses">What it uses beside the message; nothing by default. What is not declared cannot be read.</param>
    /// <exception cref="WebhookValidationException">The name is empty, or an input is unknown.</exception>
    public static Envelope Custom(string name, Action<Utf8JsonWriter, EnvelopeContext> write, EnvelopeInputs uses = EnvelopeInputs.None)
    {
        ArgumentNullException.ThrowIfNull(write);
        return new CustomEnvelope(name, write, uses);
    }

    /// <summary>
    /// CloudEvents 1.0 (https://github.com/cloudevents/spec): the JSON event format, or the binary content mode of the HTTP protocol binding. The id is that of
    /// the message, the type is the event type, the time is when the event happened. The tenant is not sent.
    /// </summary>
    /// <param name="source">The context in which events happen: a URI reference (RFC 3986), for example <c>https://example.com/inspections</c>.</param>
    /// <param name="mode">How events are put into requests.</param>
    /// <exception cref="WebhookValidationException">A setting is malformed; all faults are named.</exception>
    public static Envelope CloudEvents(string source, CloudEventsMode mode = CloudEventsMode.Structured) =>
        CloudEvents(new CloudEventsOptions { Source = source, Mode = mode });

    /// <summary>CloudEvents 1.0 with further settings.</summary>
    /// <exception cref="WebhookValidationException">A setting is malformed; all faults are named.</exception>
    public static Envelope CloudEvents(CloudEventsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return CloudEventsEnvelope.Create(options);
    }

    /// <summary>Renders a message.</summary>
    /// <exception cref="EnvelopeException">The envelope failed, did not write one complete JSON value, or set a header that it cannot set.</exception>
    public Rendering Render(RenderingInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Rendering rendering;
        try
        {
            rendering = RenderCore(new EnvelopeContext(this, input));
        }
        catch (Exception exception) when (exception is not EnvelopeException)
        {
            throw new EnvelopeException(Name, $"{exception.GetType().Name} was thrown.", innerException: exception);
        }

        if (rendering is null)
            throw new EnvelopeException(Name, "there is no rendering.");
        for (var i = 0; i < rendering.Headers.Count; i++)
            Check(rendering.Headers[i].Key, rendering.Headers[i].Value);
        return rendering;
    }

    /// <summary>A text that says all there is to say about this envelope: two envelopes with the same are interchangeable. Null if there is none.</summary>
    internal virtual string? Identity() => null;

    /// <summary>The envelope's name.</summary>
    public override string ToString() => Name;

    /// <summary>Makes body and headers. Whatever it throws reaches the caller as an <see cref="EnvelopeException"/>.</summary>
    /// <param name="context">The message and the declared inputs; <see cref="EnvelopeContext.WriteJson"/> writes a body of JSON.</param>
    protected abstract Rendering RenderCore(EnvelopeContext context);

    private void Check(string header, string value)
    {
        if (!HeaderNames.Contains(header, StringComparer.OrdinalIgnoreCase))
            throw new EnvelopeException(Name, "it set a header that it did not declare.", "Give all header names to the constructor.");
        if (value is null || !HeaderRules.IsValue(value))
            throw new EnvelopeException(Name, $"the value of its header '{header}' cannot be sent.", "Use visible ASCII characters on a single line.");
    }
}
