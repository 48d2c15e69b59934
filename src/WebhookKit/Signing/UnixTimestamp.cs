using System.Globalization;

namespace WebhookKit.Signing;

/// <summary>
/// Unix seconds as text: one text for each time. Lenient parsers take signs, spaces, exponents, full-width digits and trailing letters for the same time.
/// </summary>
internal static class UnixTimestamp
{
    /// <summary>Enough for every time that <see cref="DateTimeOffset"/> can hold.</summary>
    internal const int MaxDigits = 12;

    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    internal static bool TryParse(ReadOnlySpan<char> text, out long seconds)
    {
        seconds = 0;
        if (text.IsEmpty || text.Length > MaxDigits || (text[0] == '0' && text.Length > 1))
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
                return false;
            seconds = (seconds * 10) + (c - '0');
        }

        return seconds <= Latest;
    }

    /// <exception cref="WebhookValidationException">The time is before 1970: it has no form that a receiver would accept.</exception>
    internal static string Format(DateTimeOffset time) => time >= DateTimeOffset.UnixEpoch
        ? time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)
        : throw new WebhookValidationException(new WebhookError(
            WebhookErrorCode.OutOfRange, nameof(SigningInput.Timestamp), "The time is before 1970-01-01.", "Give the time of the attempt."));
}
