using System.Buffers;

namespace WebhookKit;

/// <summary>How a message's internal UUID becomes the public id that receivers see: a prefix, and the UUID with or without hyphens.</summary>
public sealed record MessageIdFormat
{
    private static readonly SearchValues<char> PrefixCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>Creates a format.</summary>
    /// <param name="prefix">What stands before the UUID: letters, digits, <c>_</c> and <c>-</c>, at most 32. A full stop is refused, since it would let the signed content <c>id.timestamp.body</c> be split elsewhere.</param>
    /// <param name="hyphens">Whether the UUID is written with hyphens (<c>D</c>) or as 32 digits (<c>N</c>).</param>
    /// <exception cref="WebhookValidationException">The prefix has other characters or is too long.</exception>
    public MessageIdFormat(string prefix, bool hyphens)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length > 32 || prefix.AsSpan().ContainsAnyExcept(PrefixCharacters))
            throw new WebhookValidationException(new WebhookError(
                WebhookErrorCode.InvalidId, "MessageIdFormat.Prefix", "The prefix has characters that are not allowed, or is longer than 32.",
                "Use letters, digits, '_' and '-' only."));
        Prefix = prefix;
        Hyphens = hyphens;
    }

    /// <summary><c>msg_</c> and 32 hexadecimal digits.</summary>
    public static MessageIdFormat Default { get; } = new("msg_", hyphens: false);

    /// <summary>What stands before the UUID.</summary>
    public string Prefix { get; }

    /// <summary>Whether the UUID is written with hyphens.</summary>
    public bool Hyphens { get; }

    /// <summary>The public id of the message with this internal id.</summary>
    public string Format(Guid id) => string.Create(null, stackalloc char[80], $"{Prefix}{id.ToString(Hyphens ? "D" : "N")}");
}
