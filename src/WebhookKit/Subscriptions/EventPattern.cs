using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using WebhookKit.Messages;

namespace WebhookKit;

/// <summary>
/// What a subscription asks for: one event type (<c>inspection.completed</c>), everything below a prefix (<c>inspection.*</c>),
/// a whole group of the catalogue (<c>group:Inspection</c>), or everything (<c>*</c>). Matching is case-sensitive. In JSON it is its text.
/// </summary>
[JsonConverter(typeof(Converter))]
public sealed record EventPattern
{
    private const string GroupPrefix = "group:";

    private EventPattern(EventPatternKind kind, string value)
    {
        Kind = kind;
        Value = value;
    }

    /// <summary>Every event.</summary>
    public static EventPattern All { get; } = new(EventPatternKind.All, "");

    /// <summary>What kind of pattern it is.</summary>
    public EventPatternKind Kind { get; }

    /// <summary>The event type, the prefix without its <c>.*</c>, or the group; empty for everything.</summary>
    public string Value { get; }

    /// <summary>Every event of a group of the catalogue.</summary>
    public static EventPattern Group(string group) => Parse(GroupPrefix + group);

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="WebhookValidationException">The text is not a pattern.</exception>
    public static EventPattern Parse(string? text) => TryParse(text, out var pattern) ? pattern : throw new WebhookValidationException(Error("Events", text));

    /// <summary>Reads a pattern; false if the text is not one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out EventPattern? pattern)
    {
        pattern = text switch
        {
            null => null,
            "*" => All,
            _ when text.StartsWith(GroupPrefix, StringComparison.Ordinal) => GroupName.IsValid(text.AsSpan(GroupPrefix.Length))
                ? new EventPattern(EventPatternKind.Group, text[GroupPrefix.Length..])
                : null,
            _ when text.EndsWith(".*", StringComparison.Ordinal) => EventTypeName.IsValid(text.AsSpan(0, text.Length - 2))
                ? new EventPattern(EventPatternKind.Prefix, text[..^2])
                : null,
            _ => EventTypeName.IsValid(text) ? new EventPattern(EventPatternKind.Exact, text) : null,
        };
        return pattern is not null;
    }

    /// <summary>Whether an event of this type is asked for.</summary>
    /// <param name="eventType">The event type.</param>
    /// <param name="group">The group that the catalogue puts it into; null is none.</param>
    public bool Matches(string eventType, string? group)
    {
        ArgumentNullException.ThrowIfNull(eventType);
        return Kind switch
        {
            EventPatternKind.All => true,
            EventPatternKind.Group => string.Equals(Value, group, StringComparison.Ordinal),
            EventPatternKind.Prefix =>
                eventType.Length > Value.Length && eventType[Value.Length] == '.' && eventType.StartsWith(Value, StringComparison.Ordinal),
            _ => string.Equals(Value, eventType, StringComparison.Ordinal),
        };
    }

    /// <summary>The pattern's text.</summary>
    public override string ToString() => Kind switch
    {
        EventPatternKind.All => "*",
        EventPatternKind.Group => GroupPrefix + Value,
        EventPatternKind.Prefix => Value + ".*",
        _ => Value,
    };

    internal bool Matches(EventType eventType) => Matches(eventType.Name, eventType.Group);

    internal static WebhookError Error(string field, string? text) => new(
        string.IsNullOrEmpty(text) ? WebhookErrorCode.Required : WebhookErrorCode.InvalidPattern, field,
        string.IsNullOrEmpty(text) ? "The pattern is empty." : $"'{text}' is not a pattern.",
        "Use an event type ('inspection.completed'), a prefix ('inspection.*'), a group ('group:Inspection') or '*'.");

    private sealed class Converter : JsonConverter<EventPattern>
    {
        public override EventPattern Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), out var pattern) ? pattern : throw new JsonException("This is not an event pattern.");

        public override void Write(Utf8JsonWriter writer, EventPattern value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
