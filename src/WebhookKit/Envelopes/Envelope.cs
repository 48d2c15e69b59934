using System.Net.Http.Headers;
using System.Text.Json;
using WebhookKit.Envelopes;

namespace WebhookKit;

/// <summary>
/// How a message becomes the body of a request: a pure function, so that one rendering serves every delivery and every attempt that uses the same
/// envelope. Derive from it only if <see cref="Custom"/> is not enough; instances are immutable and safe for concurrent use.
/// </summary>
public abstract class Envelope
{
    private const string Json = "application/json";

    /// <summary>Creates an envelope.</summary>
    /// <param name="name">Its name, for logs and errors, and for configuration to refer to.</param>
    /// <param name="contentType">The media type of the bodies it makes; <c>application/json</c> by default.</param>
    /// <exception cref="WebhookValidationException">The name is empty or the content type is malformed; all faults are named.</exception>
    protected Envelope(string name, string contentType = Json)
    {
        List<WebhookError> errors = [];
        if (string.IsNullOrWhiteSpace(name))
            errors.Add(new WebhookError(WebhookErrorCode.Required, "Envelope.Name", "The envelope has no name.", "Give it a name that is its own."));
        if (!MediaTypeHeaderValue.TryParse(contentType, out _))
            errors.Add(new WebhookError(
                WebhookErrorCode.InvalidHeader, "Envelope.ContentType", "The content type is malformed.", "Give a media type such as 'application/json'."));
        if (errors.Count > 0)
            throw new WebhookValidationException(errors);

        Name = name;
        ContentType = contentType;
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

    /// <summary>An envelope of the host's own design.</summary>
    /// <param name="name">Its name, for logs and errors, and for configuration to refer to.</param>
    /// <param name="write">
    /// Writes one complete JSON value. It must depend on nothing but the context and what it captured when it was made: what it writes is reused for
    /// every delivery of the message with this envelope. A value that belongs to one subscription only needs an envelope of its own.
    /// </param>
    /// <exception cref="WebhookValidationException">The name is empty.</exception>
    public static Envelope Custom(string name, Action<Utf8JsonWriter, EnvelopeContext> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        return new CustomEnvelope(name, write);
    }

    /// <summary>Renders a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="displayName">The display name of its event type, where it has one.</param>
    /// <returns>The exact bytes to sign and send. They may be shared: never write to them.</returns>
    /// <exception cref="EnvelopeException">The envelope failed, or did not write one complete JSON value.</exception>
    public ReadOnlyMemory<byte> Render(WebhookMessage message, string? displayName = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        try
        {
            return RenderCore(message, displayName);
        }
        catch (Exception exception) when (exception is not EnvelopeException)
        {
            throw new EnvelopeException(Name, $"{exception.GetType().Name} was thrown.", exception);
        }
    }

    /// <summary>Makes the body. Whatever it throws reaches the caller as an <see cref="EnvelopeException"/>.</summary>
    /// <param name="message">The message.</param>
    /// <param name="displayName">The display name of its event type, where it has one.</param>
    protected abstract ReadOnlyMemory<byte> RenderCore(WebhookMessage message, string? displayName);

    /// <summary>A text that says all there is to say about this envelope: two envelopes with the same are interchangeable. Null if there is none.</summary>
    internal virtual string? Identity() => null;

    /// <summary>The envelope's name.</summary>
    public override string ToString() => Name;
}
