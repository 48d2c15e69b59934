using System.Collections;

namespace WebhookKit;

/// <summary>
/// The headers of one request, as they came: in order, with duplicates, values untouched. Names are compared without regard to case (RFC 9110 section 5.1).
/// Immutable. Made from what the web framework has: <c>WebhookHeaders.From(request.Headers)</c>.
/// </summary>
public sealed class WebhookHeaders : IReadOnlyCollection<KeyValuePair<string, string>>
{
    private readonly KeyValuePair<string, string>[] _lines;

    private WebhookHeaders(KeyValuePair<string, string>[] lines) => _lines = lines;

    /// <summary>No headers.</summary>
    public static WebhookHeaders None { get; } = new([]);

    /// <summary>How many header lines there are.</summary>
    public int Count => _lines.Length;

    internal ReadOnlySpan<KeyValuePair<string, string>> Lines => _lines;

    /// <summary>Headers written by hand: <c>WebhookHeaders.Of(("webhook-id", "msg_1"), …)</c>.</summary>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static WebhookHeaders Of(params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var lines = new KeyValuePair<string, string>[headers.Length];
        for (var i = 0; i < lines.Length; i++)
            lines[i] = Line(headers[i].Name, headers[i].Value);
        return new WebhookHeaders(lines);
    }

    /// <summary>Headers given one line at a time.</summary>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static WebhookHeaders From(IEnumerable<KeyValuePair<string, string>> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return new WebhookHeaders([.. headers.Select(h => Line(h.Key, h.Value))]);
    }

    /// <summary>Headers given as names with several values each, as ASP.NET Core's <c>IHeaderDictionary</c> and <c>HttpHeaders</c> have them.</summary>
    /// <typeparam name="TValues">The values of one name.</typeparam>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static WebhookHeaders From<TValues>(IEnumerable<KeyValuePair<string, TValues>> headers) where TValues : IEnumerable<string?>
    {
        ArgumentNullException.ThrowIfNull(headers);
        return new WebhookHeaders([.. headers.SelectMany(h => h.Value.Select(v => Line(h.Key, v)))]);
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _lines.AsEnumerable().GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static KeyValuePair<string, string> Line(string name, string? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new KeyValuePair<string, string>(name, value ?? "");
    }
}
