using System.Runtime.InteropServices;

namespace WebhookKit;

/// <summary>The answer of a verification: genuine, or refused for a reason with a name. The default value is a refusal.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct VerificationResult
{
    private readonly bool _isValid;
    private readonly VerificationRefusal _refusal;

    private VerificationResult(bool isValid, VerificationRefusal refusal, string? header, string? signedId, DateTimeOffset? signedTimestamp)
    {
        _isValid = isValid;
        _refusal = refusal;
        Header = header;
        SignedId = signedId;
        SignedTimestamp = signedTimestamp;
    }

    /// <summary>Whether the request is genuine.</summary>
    public bool IsValid => _isValid;

    /// <summary>Why the request was refused; null if it is genuine.</summary>
    public VerificationRefusal? Refusal => _isValid ? null : _refusal;

    /// <summary>The name of the header at fault, where one is; never its value.</summary>
    public string? Header { get; }

    /// <summary>The message id, if the scheme signs one and the request is genuine.</summary>
    public string? SignedId { get; }

    /// <summary>When the request was signed, if the scheme signs the time and the request is genuine.</summary>
    public DateTimeOffset? SignedTimestamp { get; }

    /// <summary>The answer for a genuine request, with what the scheme signed besides the body.</summary>
    public static VerificationResult Valid(string? signedId = null, DateTimeOffset? signedTimestamp = null) =>
        new(isValid: true, default, header: null, signedId, signedTimestamp);

    /// <summary>The answer for a request that is refused.</summary>
    public static VerificationResult Refused(VerificationRefusal refusal, string? header = null) =>
        new(isValid: false, refusal, header, signedId: null, signedTimestamp: null);
}
