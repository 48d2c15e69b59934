using System.Collections;
using System.Globalization;
using System.Text;

namespace WebhookKit.Testing.Stores;

/// <summary>
/// Values as people read them in a failed expectation: sequences and records with their contents. Types that redact themselves stay redacted.
/// </summary>
internal static class ValueText
{
    private const int MaxItems = 20;
    private const int MaxDepth = 4;

    public static string Of(object? value) => Of(value, MaxDepth);

    private static string Of(object? value, int depth) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        ReadOnlyMemory<byte> bytes => Encoding.UTF8.GetString(bytes.Span),
        IEnumerable items when !Contents.HasOwnText(value.GetType()) => OfItems([.. items.Cast<object?>()], depth),
        _ when depth > 0 && Contents.IsRecordWithoutOwnText(value.GetType()) => OfRecord(value, depth),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string OfItems(object?[] items, int depth)
    {
        var shown = string.Join(", ", items.Take(MaxItems).Select(item => Of(item, depth - 1)));
        var more = items.Length > MaxItems ? ", …" : "";
        return items.Length == 0 ? "nothing" : string.Create(CultureInfo.InvariantCulture, $"[{shown}{more}] ({items.Length})");
    }

    private static string OfRecord(object value, int depth) => value.GetType().Name + " { "
        + string.Join(", ", Contents.PropertiesOf(value).Select(property => $"{property.Name} = {Of(property.Value, depth - 1)}")) + " }";
}
