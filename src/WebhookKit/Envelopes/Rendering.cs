using System.Diagnostics;
using System.Text.Json.Serialization;
using WebhookKit.Signing;

namespace WebhookKit;

/// <summary>
/// A message as it is sent: the exact bytes of the body, and the headers that belong to them. It never shows, since a body may hold an API key: not in
/// <see cref="ToString"/>, a debugger or JSON. Shared between deliveries: never write to the body.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
[JsonConverter(typeof(RedactedConverter<Rendering>))]
public sealed class Rendering
{
    /// <summary>Creates a rendering.</summary>
    /// <param name="body">The bytes to sign and send.</param>
    /// <param name="headers">Headers beside the content type; their names must be among the envelope's <see cref="Envelope.HeaderNames"/>.</param>
    public Rendering(ReadOnlyMemory<byte> body, params IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        Body = body;
        Headers = headers.Count == 0 ? [] : [.. headers];
    }

    /// <summary>The bytes to sign and send.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The headers beside the content type.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>How large it is; never what it says.</summary>
    public override string ToString() => $"({Body.Length} bytes, {Headers.Count} headers)";
}
