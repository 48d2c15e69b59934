using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace WebhookKit.Receiving;

/// <summary>What a source finds in a genuine request. A body that is not JSON, or has other members, yields nulls: it is genuine all the same.</summary>
internal sealed record EventFields(string? Type, string? Id, bool IdIsSigned, DateTimeOffset? Timestamp, Range? Data)
{
    private const int TickDigits = 7;
    private const int MaxTimeLength = 64;

    // An envelope puts data, which may itself be as deep as parsers read by default, a few levels deeper.
    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 128 };

    // ISO 8601, as RFC 3339 profiles it; the offset may be left out.
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    internal static EventFields Read(WebhookSource source, ReadOnlyMemory<byte> body, WebhookHeaders headers, VerificationResult verified)
    {
        using var json = TryParse(body);
        var root = json?.RootElement;
        var (id, idIsSigned) = source.Id switch
        {
            null when verified.SignedId is { } signed => (signed, true),
            null => (One(headers, "webhook-id"), false),
            { HeaderName: { } header } => (One(headers, header), IsSigned(header, headers, verified)),
            var member => (Text(Find(root, member)), true),
        };
        return new EventFields(
            source.Type.HeaderName is { } type ? One(headers, type) : Text(Find(root, source.Type)),
            id,
            id is not null && idIsSigned,
            (source.Timestamp.HeaderName is { } time ? Time(One(headers, time)) : Time(Find(root, source.Timestamp))) ?? verified.SignedTimestamp,
            Slice(body, Find(root, source.Data)));
    }

    // A source may name the very header that the scheme signs.
    private static bool IsSigned(string header, WebhookHeaders headers, VerificationResult verified) =>
        verified.SignedId is { } id && string.Equals(One(headers, header), id, StringComparison.Ordinal);

    private static JsonDocument? TryParse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, Depth);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement? Find(JsonElement? root, WebhookField field)
    {
        var element = root;
        foreach (var name in field.Path)
            element = element is { ValueKind: JsonValueKind.Object } parent ? MemberOf(parent, name) : null;
        return element;
    }

    // Grammatical JSON can still hold names and texts that are none (lone surrogates): that is found only when they are read.
    private static JsonElement? MemberOf(JsonElement parent, string name)
    {
        try
        {
            return parent.TryGetProperty(name, out var member) ? member : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        { ValueKind: JsonValueKind.String } text => TextOf(text),
        _ => null,
    };

    private static string? TextOf(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static DateTimeOffset? Time(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var seconds) => FromUnix(seconds),
        { ValueKind: JsonValueKind.String } text => Time(TextOf(text)),
        _ => null,
    };

    private static DateTimeOffset? Time(string? text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return FromUnix(seconds);
        return text is { Length: <= MaxTimeLength }
            && DateTimeOffset.TryParseExact(WithoutNanoseconds(text), TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;
    }

    // Some senders write nine digits of a second (RFC 3339 allows any number); a tick has seven.
    private static string WithoutNanoseconds(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
            return text;
        var end = dot + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        return end - dot - 1 > TickDigits ? text.Remove(dot + 1 + TickDigits, end - dot - 1 - TickDigits) : text;
    }

    private static DateTimeOffset? FromUnix(long seconds) =>
        seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static string? One(WebhookHeaders headers, string name)
    {
        string? found = null;
        foreach (var (key, value) in headers)
        {
            if (!key.Equals(name, StringComparison.OrdinalIgnoreCase))
                continue;
            if (found is not null)
                return null;
            found = value;
        }

        return found;
    }

    private static Range? Slice(ReadOnlyMemory<byte> body, JsonElement? element)
    {
        if (element is not { } found)
            return null;
        var raw = JsonMarshal.GetRawUtf8Value(found);
        return body.Span.Overlaps(raw, out var offset) ? offset..(offset + raw.Length) : null;
    }
}
