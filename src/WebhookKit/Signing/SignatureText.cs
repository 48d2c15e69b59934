using System.Buffers;

namespace WebhookKit;

/// <summary>Writes and strictly reads the text of signatures and keys: one text for each value, so that nothing can be altered without being refused.</summary>
public static class SignatureText
{
    /// <summary>The longest value, in bytes, that is read: larger than any digest, signature or key that schemes here use.</summary>
    public const int MaxBytes = 128;

    private const int MaxBase64 = (MaxBytes + 2) / 3 * 4;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> UpperHex = SearchValues.Create("0123456789ABCDEF");
    private static readonly SearchValues<char> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    /// <summary>Writes bytes as text.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes, SignatureEncoding encoding) => encoding switch
    {
        SignatureEncoding.Hex => Convert.ToHexStringLower(bytes),
        SignatureEncoding.UpperHex => Convert.ToHexString(bytes),
        SignatureEncoding.Base64 => Convert.ToBase64String(bytes),
        _ => throw new ArgumentOutOfRangeException(nameof(encoding)),
    };

    /// <summary>Reads text into bytes without allocating; false if it is not in the one canonical form of the encoding, or has more bytes than fit.</summary>
    /// <param name="text">The text: no white space, no other case, no missing padding, no unused bits.</param>
    /// <param name="encoding">How it is written.</param>
    /// <param name="bytes">Where the bytes go; at most <see cref="MaxBytes"/> are read.</param>
    /// <param name="written">How many bytes were read.</param>
    public static bool TryDecode(ReadOnlySpan<char> text, SignatureEncoding encoding, Span<byte> bytes, out int written)
    {
        written = 0;
        return encoding switch
        {
            SignatureEncoding.Hex => TryDecodeHex(text, LowerHex, bytes, out written),
            SignatureEncoding.UpperHex => TryDecodeHex(text, UpperHex, bytes, out written),
            SignatureEncoding.Base64 => TryDecodeBase64(text, bytes, out written),
            _ => throw new ArgumentOutOfRangeException(nameof(encoding)),
        };
    }

    private static bool TryDecodeHex(ReadOnlySpan<char> text, SearchValues<char> digits, Span<byte> bytes, out int written)
    {
        written = 0;
        return text.Length <= MaxBytes * 2 && !text.ContainsAnyExcept(digits)
            && Convert.FromHexString(text, bytes, out _, out written) == OperationStatus.Done;
    }

    // The framework's decoder skips white space and ignores unused bits: only text that encodes back to itself is canonical.
    private static bool TryDecodeBase64(ReadOnlySpan<char> text, Span<byte> bytes, out int written)
    {
        written = 0;
        if (text.Length > MaxBase64 || text.ContainsAnyExcept(Base64) || !Convert.TryFromBase64Chars(text, bytes, out written))
            return false;
        Span<char> canonical = stackalloc char[MaxBase64];
        return Convert.TryToBase64Chars(bytes[..written], canonical, out var length) && text.SequenceEqual(canonical[..length]);
    }
}
