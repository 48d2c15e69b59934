using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebhookKit;

/// <summary>
/// Identifies one delivery: one message to one subscription or ad hoc destination. Given by the store, never used again. As text, and in JSON: <c>dlv_</c> and
/// the number.
/// </summary>
/// <param name="Value">The number that the store gave it.</param>
[JsonConverter(typeof(Converter))]
public readonly record struct DeliveryId(long Value) : IComparable<DeliveryId>, IParsable<DeliveryId>
{
    private const string Prefix = "dlv_";
    private const string Form = "A delivery id is 'dlv_' and a number.";

    /// <summary>Reads an id from its text.</summary>
    /// <exception cref="FormatException">The text is not <c>dlv_</c> and a number.</exception>
    public static DeliveryId Parse(string s) => Parse(s, provider: null);

    /// <inheritdoc/>
    public static DeliveryId Parse(string s, IFormatProvider? provider) => TryParse(s, provider, out var id) ? id : throw new FormatException(Form);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out DeliveryId result)
    {
        var value = 0L;
        var parsed = s is not null && s.StartsWith(Prefix, StringComparison.Ordinal)
            && long.TryParse(s.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out value);
        result = new DeliveryId(value);
        return parsed;
    }

    /// <inheritdoc/>
    public int CompareTo(DeliveryId other) => Value.CompareTo(other.Value);

    /// <summary><c>dlv_</c> and the number.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Value}");

    /// <summary>Whether one id was given before the other.</summary>
    public static bool operator <(DeliveryId left, DeliveryId right) => left.Value < right.Value;

    /// <summary>Whether one id was given after the other.</summary>
    public static bool operator >(DeliveryId left, DeliveryId right) => left.Value > right.Value;

    /// <summary>Whether one id was given before the other, or is the same.</summary>
    public static bool operator <=(DeliveryId left, DeliveryId right) => left.Value <= right.Value;

    /// <summary>Whether one id was given after the other, or is the same.</summary>
    public static bool operator >=(DeliveryId left, DeliveryId right) => left.Value >= right.Value;

    private sealed class Converter : JsonConverter<DeliveryId>
    {
        public override DeliveryId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), provider: null, out var id) ? id : throw new JsonException(Form);

        public override void Write(Utf8JsonWriter writer, DeliveryId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
