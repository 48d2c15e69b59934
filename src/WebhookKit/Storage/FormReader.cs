using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.Json;

namespace WebhookKit.Storage;

/// <summary>
/// Reads the members of a form's objects. Members that are not asked for are passed over: a newer library may have written them. What is absent or null is
/// null. What is there and malformed is a <see cref="FormatException"/> or one of JSON's, which the one who reads the whole form turns into a named fault.
/// </summary>
internal static class FormReader
{
    public static JsonElement? Member(this JsonElement form, string name) =>
        form.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    public static JsonElement Required(this JsonElement form, string name) => form.Member(name) ?? throw new FormatException($"'{name}' is missing.");

    public static string? Text(this JsonElement form, string name) => form.Member(name)?.GetString();

    public static string RequiredText(this JsonElement form, string name) => form.Required(name).GetString()!;

    public static bool? Flag(this JsonElement form, string name) => form.Member(name)?.GetBoolean();

    public static int? Number(this JsonElement form, string name) => form.Member(name)?.GetInt32();

    public static TimeSpan? Duration(this JsonElement form, string name) => form.Member(name)?.GetDuration();

    public static TimeSpan GetDuration(this JsonElement value) => TimeSpan.ParseExact(value.GetString()!, "c", CultureInfo.InvariantCulture);

    /// <summary>A member of an enumeration, by its name; absent is the first.</summary>
    public static T Member<T>(this JsonElement form, string name)
        where T : struct, Enum => form.Text(name) switch
    {
        null => default,
        { } text when Enum.TryParse<T>(text, out var value) && string.Equals(value.ToString(), text, StringComparison.Ordinal) => value,
        { } text => throw new FormatException($"'{name}' is '{text}', which this version of the library does not know."),
    };

    /// <summary>The items of a list; absent is empty.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement form, string name) => form.Member(name)?.EnumerateArray() ?? [];

    public static ReadOnlyDictionary<string, T> Pairs<T>(this JsonElement form, string name, Func<JsonElement, T> read) => form.Member(name) is { } pairs
        ? pairs.EnumerateObject().ToDictionary(p => p.Name, p => read(p.Value), StringComparer.Ordinal).AsReadOnly()
        : ReadOnlyDictionary<string, T>.Empty;

    public static ReadOnlyDictionary<string, string> Pairs(this JsonElement form, string name) => form.Pairs(name, value => value.GetString()!);
}
