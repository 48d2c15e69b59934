namespace WebhookKit;

/// <summary>How requests of one kind are signed and verified. Instances are immutable and safe for concurrent use.</summary>
public abstract class SignatureScheme
{
    /// <summary>The scheme's name, for logs and errors.</summary>
    public abstract string Name { get; }

    /// <summary>The fault of a secret that this scheme cannot use (malformed, too short), or null if it can.</summary>
    public abstract WebhookError? Check(WebhookSecret secret);

    /// <summary>
    /// Signs a request by adding its headers, with every secret that is valid at <see cref="SigningInput.Timestamp"/>: while a secret is being rotated,
    /// receivers that know the old one and those that know the new one both verify.
    /// </summary>
    public abstract void Sign(in SigningInput input, WebhookSecrets secrets, ICollection<KeyValuePair<string, string>> headers);
}
