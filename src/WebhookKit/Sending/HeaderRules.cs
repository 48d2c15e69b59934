using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;

namespace WebhookKit.Sending;

/// <summary>Which headers a host may add to its requests: well-formed by RFC 9110 section 5, and none that the sender or HTTP itself sets.</summary>
internal static class HeaderRules
{
    private const int MaxValueLength = 8192;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // Visible ASCII, space and tab. Bytes above are allowed by old HTTP, but what a receiver makes of them is anyone's guess.
    private static readonly SearchValues<char> ValueCharacters = SearchValues.Create(['\t', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)]);

    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "host", "transfer-encoding", "connection", "te", "trailer", "upgrade", "expect", "keep-alive", "user-agent");

    private static readonly string[] ReservedPrefixes = ["content-", "proxy-", "webhook-", "svix-"];

    /// <summary>Whether a name is a token (RFC 9110 section 5.1).</summary>
    public static bool IsName(ReadOnlySpan<char> name) => !name.IsEmpty && !name.ContainsAnyExcept(NameCharacters);

    /// <summary>Whether a value can be written as it is: no line break or other control character, nothing beyond ASCII, no space at the ends.</summary>
    public static bool IsValue(ReadOnlySpan<char> value) =>
        value.Length <= MaxValueLength && !value.ContainsAnyExcept(ValueCharacters) && value.Trim().Length == value.Length;

    /// <summary>Finds the faults of headers that a host gave; the values are not repeated in them.</summary>
    /// <param name="headers">The headers.</param>
    /// <param name="field">
    /// The field they were given in; the errors name the header in it (<c>Headers[x-name]</c>), or its index where the name is malformed.
    /// </param>
    /// <param name="taken">Names that are taken otherwise: by the signature schemes, the authentication, the envelope.</param>
    public static IReadOnlyList<WebhookError> Check(
        IReadOnlyList<KeyValuePair<string, string>> headers, string field, params IReadOnlyCollection<string> taken)
    {
        List<WebhookError> errors = [];
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < headers.Count; i++)
        {
            var (name, value) = headers[i];
            var at = $"{field}[{(IsName(name) ? name : i.ToString(CultureInfo.InvariantCulture))}]";
            if (!IsName(name))
                Add(WebhookErrorCode.InvalidHeader, "The name is not a header name (RFC 9110 section 5.1).", "Use letters, digits and '-'.");
            else if (IsReserved(name))
                Add(WebhookErrorCode.InvalidHeader, $"'{name}' is set by the sender or by HTTP itself.", "Choose another name, such as 'x-…'.");
            else if (taken.Contains(name, StringComparer.OrdinalIgnoreCase))
                Add(WebhookErrorCode.InvalidHeader, $"'{name}' is set by the signature, the authentication or the envelope.", "Choose another name.");
            else if (!seen.Add(name))
                Add(WebhookErrorCode.Duplicate, $"'{name}' is given twice.", "Give it once; join several values with a comma.");
            if (value is null || !IsValue(value))
            {
                Add(WebhookErrorCode.InvalidHeader,
                    $"The value is missing, longer than {MaxValueLength}, has line breaks or characters beyond ASCII, or begins or ends with a space.",
                    "Use visible ASCII characters on a single line.");
            }

            void Add(WebhookErrorCode code, string problem, string remedy) => errors.Add(new WebhookError(code, at, problem, remedy));
        }

        return errors;
    }

    private static bool IsReserved(string name) =>
        Reserved.Contains(name) || ReservedPrefixes.Any(p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase));
}
