using System.Globalization;
using System.Reflection;

namespace WebhookKit.Sending;

/// <summary>Puts the headers on a request, each once. What is malformed is refused here whoever made it, so that no value can start another header.</summary>
internal static class RequestHeaders
{
    public const string Authorization = "authorization";
    public const string MessageId = "webhook-id";
    public const string Timestamp = "webhook-timestamp";
    private const string ContentType = "content-type";
    private const string UserAgent = "user-agent";
    private const string TraceParentName = "traceparent";

    private static readonly string Product = "WebhookKit/" + typeof(RequestHeaders).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Writes everything but the authentication.</summary>
    /// <exception cref="WebhookException">A header is malformed, or two of one name differ.</exception>
    public static void Write(HttpRequestMessage message, SendRequest request, bool trace)
    {
        Add(message, ContentType, request.ContentType);
        Add(message, UserAgent, Product);
        Add(message, MessageId, request.MessageId);
        Add(message, Timestamp, request.Timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        Sign(message, request);
        foreach (var (name, value) in request.EnvelopeHeaders)
            Add(message, name, value);
        foreach (var (name, value) in request.ExtraHeaders)
            Add(message, name, value);
        if (trace)
            Add(message, TraceParentName, TraceParent.Create());
    }

    /// <summary>Adds one header; a repetition of what is there already is not written twice.</summary>
    /// <exception cref="WebhookException">The header is malformed, or is there with another value.</exception>
    public static void Add(HttpRequestMessage message, string name, string value)
    {
        if (!HeaderRules.IsName(name) || !HeaderRules.IsValue(value))
            throw new WebhookException($"The header '{(HeaderRules.IsName(name) ? name : "?")}' is malformed (RFC 9110 section 5).");
        if (message.Headers.NonValidated.TryGetValues(name, out var present) || message.Content!.Headers.NonValidated.TryGetValues(name, out present))
        {
            if (string.Equals(present.ToString(), value, StringComparison.Ordinal))
                return;
            throw new WebhookException(
                $"The header '{name}' is set twice, with different values. Check extra headers, authentication, envelope and signature schemes.");
        }

        // The framework keeps the headers that describe a body with the body.
        if (!message.Headers.TryAddWithoutValidation(name, value) && !message.Content!.Headers.TryAddWithoutValidation(name, value))
            throw new WebhookException($"The header '{name}' cannot be set on a request.");
    }

    private static void Sign(HttpRequestMessage message, SendRequest request)
    {
        if (request.Schemes.Count == 0)
            return;
        var input = new SigningInput
        {
            MessageId = request.MessageId, Timestamp = request.Timestamp, Body = request.Body.Span, Url = request.Url,
        };
        List<KeyValuePair<string, string>> signed = new(capacity: 4);
        foreach (var scheme in request.Schemes)
            scheme.Sign(in input, request.Secrets, signed);
        foreach (var (name, value) in signed)
            Add(message, name, value);
    }
}
