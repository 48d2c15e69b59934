using System.Globalization;

namespace WebhookKit.Signing;

/// <summary>HMAC of the body, with or without a timestamp, in one header; see <see cref="SignatureSchemes.Hmac"/>.</summary>
internal sealed class HmacHeaderScheme : SignatureScheme
{
    private readonly SignatureList _signatures;
    private readonly string? _timestampHeader;
    private readonly SignedContent _content;
    private readonly KeyForm<HmacKey> _form;
    private readonly string _identity;

    /// <remarks>The settings have been validated.</remarks>
    internal HmacHeaderScheme(string header, HmacSignatureOptions options)
    {
        Header = header;
        Options = new HmacSignatureOptions
        {
            Algorithm = options.Algorithm,
            Encoding = options.Encoding,
            Prefix = options.Prefix,
            TimestampHeader = options.TimestampHeader,
            SignedContent = options.SignedContent,
            MinimumSecretBytes = options.MinimumSecretBytes,
        };
        _signatures = new SignatureList(header, options.Prefix, options.Encoding, SplitAtSpaces: false);
        _timestampHeader = options.TimestampHeader;
        _content = SignedContent.Parse(options.SignedContent);
        _form = HmacKeyForms.Utf8(options.Algorithm, options.MinimumSecretBytes);
        // None but the last can hold a line break.
        _identity = string.Join(
            '\n', "hmac", header, options.Algorithm, options.MinimumSecretBytes.ToString(CultureInfo.InvariantCulture), options.Encoding,
            options.TimestampHeader, options.Prefix, options.SignedContent);
    }

    /// <summary>The header that holds the signature.</summary>
    internal string Header { get; }

    /// <summary>The settings, to store them; nobody changes them.</summary>
    internal HmacSignatureOptions Options { get; }

    public override string Name => $"hmac:{_signatures.Header}";

    public override string? SignatureHeader => _timestampHeader is null ? _signatures.Header : null;

    internal override string? Identity() => _identity;

    public override WebhookError? Check(WebhookSecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return secret.TryKey(_form, out _, out var error) ? null : error;
    }

    public override void Sign(in SigningInput input, WebhookSecrets secrets, ICollection<KeyValuePair<string, string>> headers)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        ArgumentNullException.ThrowIfNull(headers);
        var newest = secrets.At(input.Timestamp);
        if (!newest.MoveNext())
            throw NoSecretError.Exception();

        var key = newest.Current.Key(_form);
        var timestamp = UnixTimestamp.Format(input.Timestamp);
        Span<byte> before = stackalloc byte[SignedContent.MaxBytes];
        Span<byte> after = stackalloc byte[SignedContent.MaxBytes];
        Span<byte> hash = stackalloc byte[HmacKey.MaxHashBytes];
        key.Hash(_content.Before.Write(timestamp, before), input.Body, _content.After.Write(timestamp, after), hash);
        if (_timestampHeader is not null)
            headers.Add(new(_timestampHeader, timestamp));
        headers.Add(new(_signatures.Header, _signatures.Write(hash[..key.HashBytes])));
    }

    public override VerificationResult Verify(in VerificationInput input)
    {
        var timestamp = "";
        DateTimeOffset? time = null;
        if (_timestampHeader is not null)
        {
            if (!input.TryGetOne(_timestampHeader, out timestamp, out var refused)
                || !input.TryGetTime(timestamp, _timestampHeader, out var signed, out refused))
                return refused;
            time = signed;
        }

        Span<byte> before = stackalloc byte[SignedContent.MaxBytes];
        Span<byte> after = stackalloc byte[SignedContent.MaxBytes];
        var result = _signatures.Verify(input, _form, _content.Before.Write(timestamp, before), _content.After.Write(timestamp, after));
        return result.IsValid ? VerificationResult.Valid(signedTimestamp: time) : result;
    }
}
