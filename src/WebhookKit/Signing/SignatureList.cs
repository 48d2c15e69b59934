using System.Security.Cryptography;

namespace WebhookKit.Signing;

/// <summary>
/// A header that holds one HMAC signature or several. Every signature is tried, and one that is malformed spoils no other. Lines that a proxy or a
/// framework joined with commas (RFC 9110 section 5.3) are read like separate lines: no encoding here contains a comma, and a prefix only at its end.
/// </summary>
/// <param name="Header">The header's name.</param>
/// <param name="Prefix">What stands before each signature.</param>
/// <param name="Encoding">How each signature is written.</param>
/// <param name="SplitAtSpaces">Whether spaces part signatures too; otherwise they may only surround one, as optional white space.</param>
internal sealed record SignatureList(string Header, string Prefix, SignatureEncoding Encoding, bool SplitAtSpaces)
{
    /// <summary>The most text that is looked at, over all lines: twice what Kestrel takes in for all headers together. More is refused unread.</summary>
    private const int MaxCharacters = 65_536;

    /// <summary>
    /// Valid if any signature is the HMAC of the three parts with any valid secret. One HMAC for each secret, however many signatures there are.
    /// </summary>
    internal VerificationResult Verify(in VerificationInput input, KeyForm<HmacKey> form, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        var (lines, characters) = (0, 0L);
        foreach (var line in input.Values(Header))
            (lines, characters) = (lines + 1, characters + line.Length);
        if (lines == 0)
            return VerificationResult.Refused(VerificationRefusal.MissingHeader, Header);
        if (characters > MaxCharacters)
            return VerificationResult.Refused(VerificationRefusal.MalformedSignature, Header);

        var refusal = VerificationRefusal.NoSecret;
        Span<byte> expected = stackalloc byte[HmacKey.MaxHashBytes];
        foreach (var secret in input.Secrets.At(input.Now))
        {
            var key = secret.Key(form);
            key.Hash(before, input.Body, after, expected);
            if (Contains(input, expected[..key.HashBytes], out var wellFormed))
                return VerificationResult.Valid();
            refusal = wellFormed ? VerificationRefusal.SignatureMismatch : VerificationRefusal.MalformedSignature;
        }

        return VerificationResult.Refused(refusal, Header);
    }

    /// <summary>The header's value for a signature.</summary>
    internal string Write(ReadOnlySpan<byte> signature) => Prefix + SignatureText.Encode(signature, Encoding);

    /// <summary>Whether any of the header's signatures is the one expected.</summary>
    /// <param name="input">The request.</param>
    /// <param name="expected">The signature to look for.</param>
    /// <param name="wellFormed">Whether any signature, the right one or not, has the form and length of it.</param>
    private bool Contains(in VerificationInput input, ReadOnlySpan<byte> expected, out bool wellFormed)
    {
        wellFormed = false;
        Span<byte> signature = stackalloc byte[SignatureText.MaxBytes];
        foreach (var line in input.Values(Header))
        {
            var rest = line.AsSpan();
            while (TryTake(ref rest, signature, out var written))
            {
                if (CryptographicOperations.FixedTimeEquals(signature[..written], expected))
                    return true;
                wellFormed |= written == expected.Length;
            }
        }

        return false;
    }

    /// <summary>Takes the next well-formed signature off the text; false when there is none left.</summary>
    private bool TryTake(ref ReadOnlySpan<char> rest, scoped Span<byte> signature, out int written)
    {
        while (!rest.IsEmpty)
        {
            var entry = SplitAtSpaces ? rest : rest.TrimStart(" \t");
            var candidate = entry.StartsWith(Prefix, StringComparison.Ordinal);
            if (candidate)
                entry = entry[Prefix.Length..];
            var end = SplitAtSpaces ? entry.IndexOfAny(' ', ',') : entry.IndexOf(',');
            rest = end < 0 ? [] : entry[(end + 1)..];
            var text = end < 0 ? entry : entry[..end];
            if (candidate && SignatureText.TryDecode(SplitAtSpaces ? text : text.TrimEnd(" \t"), Encoding, signature, out written))
                return true;
        }

        written = 0;
        return false;
    }
}
