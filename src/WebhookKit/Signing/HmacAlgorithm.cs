namespace WebhookKit;

/// <summary>The hash under an HMAC (RFC 2104).</summary>
public enum HmacAlgorithm
{
    /// <summary>SHA-256: signatures of 32 bytes.</summary>
    Sha256,

    /// <summary>SHA-512: signatures of 64 bytes.</summary>
    Sha512,
}
