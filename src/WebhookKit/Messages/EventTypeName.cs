using System.Buffers;

namespace WebhookKit.Messages;

/// <summary>
/// The grammar of event type names: segments of ASCII letters, digits, <c>_</c> and <c>-</c> separated by full stops
/// (Standard Webhooks, "Event types", with the hyphen that many products use).
/// </summary>
internal static class EventTypeName
{
    public const int MaxLength = 128;

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    public static bool IsValid(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= MaxLength
        && !name.ContainsAnyExcept(Characters)
        && name[0] != '.' && name[^1] != '.'
        && !name.Contains("..", StringComparison.Ordinal);

    public static WebhookError Error(string field, string? name) => new(
        string.IsNullOrEmpty(name) ? WebhookErrorCode.Required : WebhookErrorCode.InvalidPattern, field,
        string.IsNullOrEmpty(name) ? "The event type is empty." : $"The event type is malformed or longer than {MaxLength} characters.",
        "Use segments of letters, digits, '_' and '-' separated by full stops, for example 'inspection.completed'.");
}
