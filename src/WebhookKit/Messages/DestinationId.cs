using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebhookKit;

/// <summary>
/// Identifies an ad hoc destination: a URL with its settings, given with a publish instead of being subscribed. As text, and in JSON: <c>dst_</c> and 32
/// hexadecimal digits. Says nothing of secrets, so it may stand in logs.
/// </summary>
/// <param name="Value">
/// Equal for equal destinations of one tenant, so that the same one is stored once; where a destination has secrets, authentication or headers, equal within
/// one process only.
/// </param>
[JsonConverter(typeof(Converter))]
public readonly record struct DestinationId(Guid Value) : IParsable<DestinationId>
{
    private const string Prefix = "dst_";
    private const string Form = "A destination id is 'dst_' and 32 hexadecimal digits.";

    /// <summary>Reads an id from its text.</summary>
    /// <exception cref="FormatException">The text is not <c>dst_</c> and 32 hexadecimal digits.</exception>
    public static DestinationId Parse(string s) => Parse(s, provider: null);

    /// <inheritdoc/>
    public static DestinationId Parse(string s, IFormatProvider? provider) => TryParse(s, provider, out var id) ? id : throw new FormatException(Form);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out DestinationId result)
    {
        var value = Guid.Empty;
        var parsed = s is not null && s.StartsWith(Prefix, StringComparison.Ordinal) && Guid.TryParseExact(s.AsSpan(Prefix.Length), "N", out value);
        result = new DestinationId(value);
        return parsed;
    }

    /// <summary><c>dst_</c> and 32 hexadecimal digits.</summary>
    public override string ToString() => Prefix + Value.ToString("N");

    private sealed class Converter : JsonConverter<DestinationId>
    {
        public override DestinationId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), provider: null, out var id) ? id : throw new JsonException(Form);

        public override void Write(Utf8JsonWriter writer, DestinationId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
