namespace WebhookKit;

/// <summary>Settings of <see cref="SignatureSchemes.Hmac"/>.</summary>
public sealed class HmacSignatureOptions
{
    /// <summary>The hash.</summary>
    /// <value>SHA-256.</value>
    public HmacAlgorithm Algorithm { get; set; } = HmacAlgorithm.Sha256;

    /// <summary>How the signature is written.</summary>
    /// <value>Lower-case hexadecimal.</value>
    public SignatureEncoding Encoding { get; set; } = SignatureEncoding.Hex;

    /// <summary>What stands before the signature in its header, for example <c>sha256=</c>: at most 32 visible ASCII characters, no comma.</summary>
    /// <value>Empty.</value>
    public string Prefix { get; set; } = "";

    /// <summary>
    /// The header that holds the time of signing in Unix seconds, if there is one. <see cref="SignedContent"/> must then contain <c>{timestamp}</c>.
    /// </summary>
    /// <value>None.</value>
    public string? TimestampHeader { get; set; }

    /// <summary>
    /// What is signed: <c>{body}</c> once, <c>{timestamp}</c> at most once, and up to 64 bytes of other text around them, for example
    /// <c>{timestamp}.{body}</c> or <c>v0:{timestamp}:{body}</c>.
    /// </summary>
    /// <value><c>{body}</c>.</value>
    public string SignedContent { get; set; } = "{body}";

    /// <summary>A secret with fewer bytes is refused: 1 to 512.</summary>
    /// <value>16 (128 bits).</value>
    public int MinimumSecretBytes { get; set; } = 16;
}
