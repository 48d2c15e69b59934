using System.Net.Http.Headers;

namespace WebhookKit.Sending;

/// <summary>Reads <c>Retry-After</c> (RFC 9110 section 10.2.3): seconds, or a date.</summary>
internal static class RetryAfterHeader
{
    private const string Name = "Retry-After";

    // Beyond this it is a mistake or a trick, not a wish.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <summary>
    /// How long the receiver asks to wait from <paramref name="now"/>; null if it does not, or in a form or to an extent that makes no sense.
    /// </summary>
    public static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (!headers.NonValidated.TryGetValues(Name, out var values) || values.Count != 1
            || !RetryConditionHeaderValue.TryParse(values.ToString(), out var wish))
            return null;
        var wait = wish.Delta ?? wish.Date!.Value - now;
        return wait >= TimeSpan.Zero && wait <= Longest ? wait : null;
    }
}
