using System.Buffers;

namespace WebhookKit.Signing;

/// <summary>Checks the settings of a plain HMAC scheme and reports every fault.</summary>
internal static class HmacSignatureValidator
{
    private const int MaxPrefix = 32;
    private const int MaxName = 128;

    // RFC 9110 section 5.6.2: token.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Cookie", "Date", "Expect", "Host", "Keep-Alive", "Proxy-Authorization",
        "Proxy-Connection", "Set-Cookie", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "User-Agent", "webhook-id",
    };

    internal static List<WebhookError> Validate(string? header, HmacSignatureOptions options)
    {
        var errors = new List<WebhookError>();
        CheckName(header, "Header", errors);
        if (options.TimestampHeader is not null)
            CheckName(options.TimestampHeader, nameof(options.TimestampHeader), errors);
        if (options.TimestampHeader is not null && string.Equals(header, options.TimestampHeader, StringComparison.OrdinalIgnoreCase))
            Add(WebhookErrorCode.Contradiction, nameof(options.TimestampHeader),
                "The timestamp has the same header as the signature.", "Give it another name.");

        CheckPrefix(options, errors);
        if (!Enum.IsDefined(options.Algorithm))
            Add(WebhookErrorCode.OutOfRange, nameof(options.Algorithm), "There is no such algorithm.", "Use a member of HmacAlgorithm.");
        if (!Enum.IsDefined(options.Encoding))
            Add(WebhookErrorCode.OutOfRange, nameof(options.Encoding), "There is no such encoding.", "Use a member of SignatureEncoding.");
        if (options.MinimumSecretBytes is < 1 or > 512)
            Add(WebhookErrorCode.OutOfRange, nameof(options.MinimumSecretBytes),
                "The minimum is not between 1 and 512.", "Use 16 or more where the vendor allows it.");

        if (options.SignedContent is null || !SignedContent.TryParse(options.SignedContent, out var content))
            Add(WebhookErrorCode.InvalidPattern, nameof(options.SignedContent),
                "The format needs {body} once, may have {timestamp} once, and has no other braces and at most 64 bytes of other text.",
                "Write for example {timestamp}.{body}.");
        else if (content.HasTimestamp && options.TimestampHeader is null)
            Add(WebhookErrorCode.Contradiction, nameof(options.SignedContent),
                "The format has {timestamp}, and no header holds one.", "Set TimestampHeader.");
        else if (!content.HasTimestamp && options.TimestampHeader is not null)
            Add(WebhookErrorCode.Contradiction, nameof(options.TimestampHeader),
                "The timestamp is not signed, so it would prove nothing.", "Put {timestamp} into SignedContent.");
        return errors;

        void Add(WebhookErrorCode code, string field, string problem, string remedy) => errors.Add(new WebhookError(code, field, problem, remedy));
    }

    private static void CheckName(string? name, string field, List<WebhookError> errors)
    {
        if (string.IsNullOrEmpty(name))
            errors.Add(new WebhookError(WebhookErrorCode.Required, field, "The header's name is missing.", "Name the header."));
        else if (name.Length > MaxName || name.AsSpan().ContainsAnyExcept(TokenCharacters))
            errors.Add(new WebhookError(WebhookErrorCode.InvalidHeader, field,
                "The header's name is not a token (RFC 9110 section 5.6.2), or is longer than 128.", "Use letters, digits and '-'."));
        else if (Reserved.Contains(name))
            errors.Add(new WebhookError(WebhookErrorCode.InvalidHeader, field,
                $"The header '{name}' has another meaning.", "Use a name of your own."));
    }

    private static void CheckPrefix(HmacSignatureOptions options, List<WebhookError> errors)
    {
        const string Field = nameof(HmacSignatureOptions.Prefix);
        if (options.Prefix is null)
            errors.Add(new WebhookError(WebhookErrorCode.Required, Field, "The prefix is null.", "Leave it empty for none."));
        else if (options.Prefix.Length > MaxPrefix || options.Prefix.Any(c => c is < '!' or > '~' or ','))
            errors.Add(new WebhookError(WebhookErrorCode.InvalidHeader, Field,
                "The prefix has characters that are not allowed, or is longer than 32.", "Use visible ASCII without a comma."));
        else if ((options.Prefix, options.Algorithm) is ("sha256=", HmacAlgorithm.Sha512) or ("sha512=", HmacAlgorithm.Sha256))
            errors.Add(new WebhookError(WebhookErrorCode.Contradiction, Field,
                "The prefix names another algorithm.", "Make Prefix and Algorithm agree."));
    }
}
