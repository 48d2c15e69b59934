using System.Buffers;
using System.Globalization;
using System.Text;

namespace WebhookKit.Envelopes;

/// <summary>What texts may be in a CloudEvent (CloudEvents 1.0.2, "Type system"), and how they are written as headers.</summary>
internal static class CloudEventsText
{
    // RFC 3986 section 2: unreserved, gen-delims, sub-delims and the percent sign.
    private static readonly SearchValues<char> UriCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%");

    // What can stand in a header as it is: visible ASCII but for the double quote and the percent sign (HTTP protocol binding 1.0.2, section 3.1.3.2).
    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Where(c => c is not ('"' or '%'))]);

    /// <summary>Whether a text is made of what a URI reference is made of.</summary>
    public static bool IsUriReference(string text)
    {
        if (text.Length == 0 || text.AsSpan().ContainsAnyExcept(UriCharacters) || text.AsSpan().Count('#') > 1)
            return false;
        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                return false;
        }

        return true;
    }

    /// <summary>Whether a text has only characters that a CloudEvents string may have: no control characters, noncharacters or lone surrogates.</summary>
    public static bool IsString(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var length) != OperationStatus.Done || Rune.IsControl(rune) || IsNoncharacter(rune.Value))
                return false;
            text = text[length..];
        }

        return true;
    }

    /// <summary>A text as a header's value: what cannot stand there is percent-encoded as UTF-8.</summary>
    public static string Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain))
            return text;
        var encoded = new StringBuilder(text.Length * 2);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (Plain.Contains((char)octet))
                encoded.Append((char)octet);
            else
                encoded.Append('%').Append(octet.ToString("X2", CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }

    // Unicode section 23.7.
    private static bool IsNoncharacter(int value) => value is >= 0xFDD0 and <= 0xFDEF || (value & 0xFFFE) == 0xFFFE;
}
