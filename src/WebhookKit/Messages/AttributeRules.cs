using System.Globalization;

namespace WebhookKit.Messages;

/// <summary>The bounds of an event's attributes, which hold for the conditions of a filter too.</summary>
internal static class AttributeRules
{
    public const int MaxCount = 50;

    private const int MaxName = 128;
    private const int MaxValue = 1024;

    /// <summary>Every fault of an event's attributes.</summary>
    public static IEnumerable<WebhookError> Check(string field, IReadOnlyDictionary<string, string>? attributes)
    {
        if (attributes is null)
            return [new(WebhookErrorCode.Required, field, "The value is null.", "Use an empty dictionary.")];
        if (attributes.Count > MaxCount)
            return [new(WebhookErrorCode.OutOfRange, field, $"There are {attributes.Count} attributes, more than {MaxCount}.", "Keep to what is filtered by.")];
        return attributes.SelectMany((attribute, i) => Check(field, i, attribute.Key, attribute.Value));
    }

    public static WebhookError? CheckName(string field, string? name) => string.IsNullOrEmpty(name)
        ? new(WebhookErrorCode.Required, field, "The attribute's name is empty.", "Give it a name.")
        : PlainText.Check(field, "The attribute's name", name, MaxName);

    public static WebhookError? CheckValue(string field, string? value) => value is null
        ? new(WebhookErrorCode.Required, field, "The attribute's value is null.", "Give a text, or leave the attribute out.")
        : PlainText.Check(field, "The attribute's value", value, MaxValue);

    private static IEnumerable<WebhookError> Check(string field, int index, string name, string? value)
    {
        var error = CheckName($"{field}[{index.ToString(CultureInfo.InvariantCulture)}]", name);
        if (error is not null)
            yield return error;
        if (CheckValue($"{field}[{(error is null ? name : index.ToString(CultureInfo.InvariantCulture))}]", value) is { } fault)
            yield return fault;
    }
}
