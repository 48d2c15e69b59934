namespace WebhookKit;

/// <summary>Why a request was not accepted as genuine.</summary>
public enum VerificationRefusal
{
    /// <summary>Nothing was verified: the value of a <see cref="VerificationResult"/> that no verification made.</summary>
    NotVerified,

    /// <summary>No secret was given, or none of them is valid any more.</summary>
    NoSecret,

    /// <summary>One header was given, and the scheme's proof is in several: call the overload that takes <see cref="WebhookHeaders"/>.</summary>
    NeedsHeaders,

    /// <summary>A header that the scheme needs is missing.</summary>
    MissingHeader,

    /// <summary>A header that may stand only once, such as the message id or the timestamp, is repeated.</summary>
    DuplicateHeader,

    /// <summary>The message id is empty, too long, or has characters that are not allowed.</summary>
    MalformedMessageId,

    /// <summary>The timestamp is not written as the scheme has it.</summary>
    TimestampMalformed,

    /// <summary>The timestamp is further in the past than the tolerance.</summary>
    TimestampTooOld,

    /// <summary>The timestamp is further in the future than the tolerance.</summary>
    TimestampTooNew,

    /// <summary>No signature in the request is in the form of the scheme: version, prefix, encoding or length.</summary>
    MalformedSignature,

    /// <summary>There are signatures in the form of the scheme, and none was made over this request with a secret that was given.</summary>
    SignatureMismatch,
}
