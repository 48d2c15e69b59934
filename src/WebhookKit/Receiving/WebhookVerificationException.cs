namespace WebhookKit;

/// <summary>
/// A request was refused as not genuine, or not provably so. The message names the reason and at most a header's name: it is safe to send to the caller
/// and to log. Answer 400 or 401.
/// </summary>
public sealed class WebhookVerificationException : WebhookException
{
    internal WebhookVerificationException(VerificationResult result) : base(Describe(result))
    {
        Refusal = result.Refusal ?? throw new ArgumentException("The request was not refused.", nameof(result));
        Header = result.Header;
    }

    /// <summary>Why the request was refused.</summary>
    public VerificationRefusal Refusal { get; }

    /// <summary>The name of the header at fault, where one is.</summary>
    public string? Header { get; }

    private static string Describe(VerificationResult result)
    {
        var header = result.Header is null ? "A header" : $"The header '{result.Header}'";
        return result.Refusal switch
        {
            VerificationRefusal.NoSecret => "The webhook cannot be verified: there is no valid secret for it.",
            VerificationRefusal.NeedsHeaders => "The webhook cannot be verified by one header: its signature scheme needs several.",
            VerificationRefusal.MissingHeader => $"{header} is missing.",
            VerificationRefusal.DuplicateHeader => $"{header} is repeated.",
            VerificationRefusal.MalformedMessageId => $"{header} is not a message id.",
            VerificationRefusal.TimestampMalformed => $"{header} is not a timestamp.",
            VerificationRefusal.TimestampTooOld => $"{header} is too far in the past.",
            VerificationRefusal.TimestampTooNew => $"{header} is too far in the future.",
            VerificationRefusal.MalformedSignature => $"{header} holds no signature in the expected form.",
            VerificationRefusal.SignatureMismatch => $"{header} holds no signature that was made over this request with the expected secret.",
            _ => "The webhook was not verified.",
        };
    }
}
