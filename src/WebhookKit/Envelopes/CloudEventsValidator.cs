using System.Buffers;

namespace WebhookKit.Envelopes;

/// <summary>Checks the settings of a CloudEvents envelope and reports every fault.</summary>
internal static class CloudEventsValidator
{
    private const int MaxSource = 2048;
    private const int MaxPrefix = 128;
    private const int MaxName = 20;

    private static readonly SearchValues<char> PrefixCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_/:");

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    public static List<WebhookError> Validate(CloudEventsOptions options)
    {
        List<WebhookError> errors = [];
        if (string.IsNullOrEmpty(options.Source))
            Add(WebhookErrorCode.Required, nameof(options.Source), "The source is empty.", "Give a URI reference that is your own.");
        else if (!CloudEventsText.IsUriReference(options.Source))
            Add(WebhookErrorCode.InvalidUrl, nameof(options.Source), "The source is not a URI reference (RFC 3986).", "Percent-encode other characters.");
        else if (options.Source.Length > MaxSource)
            Add(WebhookErrorCode.OutOfRange, nameof(options.Source), $"The source is longer than {MaxSource} characters.", "Shorten it.");
        if (!Enum.IsDefined(options.Mode))
            Add(WebhookErrorCode.OutOfRange, nameof(options.Mode), "There is no such mode.", "Use a member of CloudEventsMode.");
        CheckPrefix(options.TypePrefix);
        if (options.Extensions is null)
            Add(WebhookErrorCode.Required, nameof(options.Extensions), "The value is null.", "Leave it out for none.");
        else
        {
            foreach (var (name, value) in options.Extensions)
                CheckExtension(name, value);
        }

        return errors;

        void CheckPrefix(string? prefix)
        {
            if (prefix is null)
                Add(WebhookErrorCode.Required, nameof(options.TypePrefix), "The prefix is null.", "Leave it empty for none.");
            else if (prefix.Length > MaxPrefix || prefix.AsSpan().ContainsAnyExcept(PrefixCharacters))
                Add(
                    WebhookErrorCode.InvalidPattern, nameof(options.TypePrefix), $"The prefix has other characters, or is longer than {MaxPrefix}.",
                    "Use letters, digits and . - _ / : only.");
            else if (prefix.Length > 0 && char.IsAsciiLetterOrDigit(prefix[^1]))
                Add(
                    WebhookErrorCode.InvalidPattern, nameof(options.TypePrefix), "Nothing separates the prefix from the event type.",
                    "End it with a full stop: 'com.example.'.");
        }

        void CheckExtension(string name, Func<EnvelopeContext, string?>? value)
        {
            var field = $"{nameof(options.Extensions)}[{name}]";
            if (name.Length is 0 or > MaxName || name.AsSpan().ContainsAnyExcept(NameCharacters))
                Add(WebhookErrorCode.InvalidPattern, field, "The name is malformed.", $"Use 1 to {MaxName} lower-case letters and digits.");
            else if (CloudEventsEnvelope.CoreAttributes.Contains(name, StringComparer.Ordinal) || name is CloudEventsEnvelope.Data)
                Add(WebhookErrorCode.Duplicate, field, "The name is taken by CloudEvents itself.", "Choose another name.");
            if (value is null)
                Add(WebhookErrorCode.Required, field, "The function is null.", "Leave the attribute out.");
        }

        void Add(WebhookErrorCode code, string field, string problem, string remedy) =>
            errors.Add(new WebhookError(code, $"{nameof(CloudEventsOptions)}.{field}", problem, remedy));
    }
}
