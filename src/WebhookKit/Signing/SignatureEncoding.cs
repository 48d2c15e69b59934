namespace WebhookKit;

/// <summary>How the bytes of a signature are written. Reading is strict: what is not written exactly so is malformed.</summary>
public enum SignatureEncoding
{
    /// <summary>Hexadecimal with lower-case letters (RFC 4648 section 8 has both cases; vendors that compare text send and accept only this one).</summary>
    Hex,

    /// <summary>Hexadecimal with upper-case letters.</summary>
    UpperHex,

    /// <summary>Base64 with padding, in its one canonical form (RFC 4648 sections 3.5 and 4).</summary>
    Base64,
}
