namespace WebhookKit;

/// <summary>
/// How requests of one kind are signed and verified. Instances are immutable and safe for concurrent use.
/// <see cref="SignatureSchemes"/> has those that come with the library; a host derives from this class to add its own.
/// </summary>
public abstract class SignatureScheme
{
    /// <summary>The scheme's name, for logs and errors.</summary>
    public abstract string Name { get; }

    /// <summary>The one header that alone proves a request, or null when the proof needs several.</summary>
    public abstract string? SignatureHeader { get; }

    /// <summary>The fault of a secret that this scheme cannot use (malformed, too short), or null if it can.</summary>
    public abstract WebhookError? Check(WebhookSecret secret);

    /// <summary>
    /// Signs a request by adding its headers, with every secret that is valid at <see cref="SigningInput.Timestamp"/>: while a secret is being rotated,
    /// receivers that know the old one and those that know the new one both verify. A scheme whose format has room for one signature only signs with
    /// the newest and says so.
    /// </summary>
    /// <exception cref="WebhookValidationException">
    /// No secret is valid, a secret is unfit for the scheme, or the message id or time cannot be signed safely.
    /// </exception>
    public abstract void Sign(in SigningInput input, WebhookSecrets secrets, ICollection<KeyValuePair<string, string>> headers);

    /// <summary>
    /// Says whether a request is genuine: any signature in it that any secret valid at <see cref="VerificationInput.Now"/> made is enough. Never throws
    /// for anything in the request: whatever is missing or malformed there is a refusal with a name.
    /// </summary>
    /// <exception cref="WebhookValidationException">A secret is unfit for the scheme: a fault of the configuration, never a match.</exception>
    public abstract VerificationResult Verify(in VerificationInput input);

    /// <summary>A text that says all there is to say about this scheme: two schemes with the same are interchangeable. Null if there is none.</summary>
    internal virtual string? Identity() => null;
}
