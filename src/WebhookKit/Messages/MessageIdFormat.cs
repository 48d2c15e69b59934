using System.Buffers;
using System.Globalization;

namespace WebhookKit.Messages;

/// <summary>
/// How a message's internal UUID becomes the public id that receivers see: a prefix, and the UUID with or without hyphens; or whatever the host makes of it.
/// </summary>
internal sealed class MessageIdFormat(string prefix, bool hyphens, Func<Guid, string>? formatter = null)
{
    private const int MaxPrefix = 32;

    private static readonly SearchValues<char> PrefixCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    public string Format(Guid id) => formatter is not null ? formatter(id)
        : hyphens ? string.Create(CultureInfo.InvariantCulture, $"{prefix}{id:D}")
        : string.Create(CultureInfo.InvariantCulture, $"{prefix}{id:N}");

    /// <summary>A full stop is refused, since it would let the signed content <c>id.timestamp.body</c> be split elsewhere.</summary>
    public static WebhookError? Check(string field, string? prefix) =>
        prefix is not null && prefix.Length <= MaxPrefix && !prefix.AsSpan().ContainsAnyExcept(PrefixCharacters)
            ? null
            : new(WebhookErrorCode.InvalidId, field, $"The prefix is null, longer than {MaxPrefix}, or has other characters than letters, digits, '_' and '-'.",
                "Use for example 'msg_', or an empty one.");
}
