using System.Text;

namespace WebhookKit.Signing;

/// <summary>
/// Standard Webhooks v1: HMAC-SHA256 of <c>id.timestamp.body</c>, in <c>webhook-signature</c> as <c>v1,</c> and base64, several parted by spaces.
/// Svix is the same under other header names.
/// </summary>
/// <remarks>Standard Webhooks specification, "Webhook Headers (metadata)" and "Signature scheme".</remarks>
internal sealed class StandardWebhooksScheme : SignatureScheme
{
    private readonly Family[] _families;

    /// <param name="name">The scheme's name.</param>
    /// <param name="prefixes">
    /// What stands before <c>-id</c>, <c>-timestamp</c> and <c>-signature</c>. The first is written; any is read, if it is complete.
    /// </param>
    internal StandardWebhooksScheme(string name, params ReadOnlySpan<string> prefixes)
    {
        Name = name;
        _families = [.. prefixes.ToArray().Select(Family.Of)];
    }

    public override string Name { get; }

    public override string? SignatureHeader => null;

    internal override string? Identity() => Name;

    public override WebhookError? Check(WebhookSecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return secret.TryKey(HmacKeyForms.StandardWebhooks, out _, out var error) ? null : error;
    }

    public override void Sign(in SigningInput input, WebhookSecrets secrets, ICollection<KeyValuePair<string, string>> headers)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        ArgumentNullException.ThrowIfNull(headers);
        MessageIdText.Require(input.MessageId);
        var timestamp = UnixTimestamp.Format(input.Timestamp);
        Span<byte> buffer = stackalloc byte[SignedPrefix.MaxBytes];
        var before = SignedPrefix.Write(input.MessageId, timestamp, buffer);

        var family = _families[0];
        var signatures = new List<string>(secrets.Count);
        Span<byte> hash = stackalloc byte[HmacKey.MaxHashBytes];
        foreach (var secret in secrets.At(input.Timestamp))
        {
            var key = secret.Key(HmacKeyForms.StandardWebhooks);
            key.Hash(before, input.Body, [], hash);
            signatures.Add(family.Signatures.Write(hash[..key.HashBytes]));
        }

        if (signatures.Count == 0)
            throw NoSecretError.Exception();
        headers.Add(new(family.Id, input.MessageId));
        headers.Add(new(family.Timestamp, timestamp));
        headers.Add(new(family.Signatures.Header, string.Join(' ', signatures)));
    }

    public override VerificationResult Verify(in VerificationInput input)
    {
        var family = Choose(input);
        if (!input.TryGetOne(family.Id, out var id, out var refused) || !input.TryGetOne(family.Timestamp, out var timestamp, out refused))
            return refused;
        if (!MessageIdText.IsValid(id))
            return VerificationResult.Refused(VerificationRefusal.MalformedMessageId, family.Id);
        if (!input.TryGetTime(timestamp, family.Timestamp, out var time, out refused))
            return refused;

        Span<byte> buffer = stackalloc byte[SignedPrefix.MaxBytes];
        var result = family.Signatures.Verify(input, HmacKeyForms.StandardWebhooks, SignedPrefix.Write(id, timestamp, buffer), after: []);
        return result.IsValid ? VerificationResult.Valid(id, time) : result;
    }

    /// <summary>
    /// The first family of which every header is there; a mix of two is no family. If none is, the first one, whose missing header is then named.
    /// </summary>
    private Family Choose(in VerificationInput input)
    {
        foreach (var family in _families)
        {
            if (family.IsWhole(input))
                return family;
        }

        return _families[0];
    }

    private sealed record Family(string Id, string Timestamp, SignatureList Signatures)
    {
        internal static Family Of(string prefix) => new(
            $"{prefix}-id", $"{prefix}-timestamp", new SignatureList($"{prefix}-signature", "v1,", SignatureEncoding.Base64, SplitAtSpaces: true));

        internal bool IsWhole(in VerificationInput input) =>
            input.Values(Id).MoveNext() && input.Values(Timestamp).MoveNext() && input.Values(Signatures.Header).MoveNext();
    }

    /// <summary>The bytes <c>id.timestamp.</c> that stand before the body.</summary>
    private static class SignedPrefix
    {
        internal const int MaxBytes = MessageIdText.MaxLength + UnixTimestamp.MaxDigits + 2;

        /// <remarks>Both texts have been found to be ASCII and short enough.</remarks>
        internal static ReadOnlySpan<byte> Write(string id, string timestamp, Span<byte> buffer)
        {
            var length = Encoding.ASCII.GetBytes(id, buffer);
            buffer[length++] = (byte)'.';
            length += Encoding.ASCII.GetBytes(timestamp, buffer[length..]);
            buffer[length++] = (byte)'.';
            return buffer[..length];
        }
    }
}
