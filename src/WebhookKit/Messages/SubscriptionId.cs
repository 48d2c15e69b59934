using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebhookKit;

/// <summary>Identifies a subscription. As text: <c>sub_</c> and 32 hexadecimal digits.</summary>
/// <param name="Value">A version 7 UUID (RFC 9562).</param>
[JsonConverter(typeof(Converter))]
public readonly record struct SubscriptionId(Guid Value) : IParsable<SubscriptionId>
{
    private const string Prefix = "sub_";

    /// <summary>A new id for the given time.</summary>
    public static SubscriptionId New(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new SubscriptionId(Guid.CreateVersion7(time.GetUtcNow()));
    }

    /// <summary>Reads an id from its text.</summary>
    /// <exception cref="FormatException">The text is not <c>sub_</c> and 32 hexadecimal digits.</exception>
    public static SubscriptionId Parse(string s) => Parse(s, provider: null);

    /// <inheritdoc/>
    public static SubscriptionId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("A subscription id is 'sub_' and 32 hexadecimal digits.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SubscriptionId result)
    {
        if (s is not null && s.StartsWith(Prefix, StringComparison.Ordinal) && Guid.TryParseExact(s.AsSpan(Prefix.Length), "N", out var value))
        {
            result = new SubscriptionId(value);
            return true;
        }

        result = default;
        return false;
    }

    /// <summary><c>sub_</c> and 32 hexadecimal digits.</summary>
    public override string ToString() => Prefix + Value.ToString("N");

    private sealed class Converter : JsonConverter<SubscriptionId>
    {
        public override SubscriptionId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), provider: null, out var id) ? id : throw new JsonException("A subscription id is 'sub_' and 32 hexadecimal digits.");

        public override void Write(Utf8JsonWriter writer, SubscriptionId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
