using WebhookKit.Receiving;

namespace WebhookKit;

/// <summary>
/// Says whether a request is genuine, from the exact bytes of its body: read them before anything parses or decodes them. Immutable and safe for
/// concurrent use; make one and keep it, and parse secrets once.
/// </summary>
/// <remarks>
/// Everything in a request that is missing, malformed or wrong is a refusal with a name, never another exception. A secret that the scheme cannot use is
/// a fault of the configuration and throws <see cref="WebhookValidationException"/> on first use, whatever the request is.
/// </remarks>
public sealed class WebhookVerifier
{
    private readonly WebhookSource _source;
    private readonly SignatureScheme _scheme;
    private readonly TimeSpan _tolerance;
    private readonly TimeProvider _time;

    /// <summary>Creates a verifier for requests that are signed with a scheme and have the envelope of Standard Webhooks.</summary>
    /// <exception cref="WebhookValidationException">A setting is out of range.</exception>
    public WebhookVerifier(SignatureScheme scheme, WebhookVerifierOptions? options = null) : this(new WebhookSource(scheme), options)
    {
    }

    /// <summary>Creates a verifier for the requests of a source.</summary>
    /// <exception cref="WebhookValidationException">A setting is out of range.</exception>
    public WebhookVerifier(WebhookSource source, WebhookVerifierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new WebhookVerifierOptions();
        ArgumentNullException.ThrowIfNull(options.TimeProvider, nameof(options));
        if (options.Tolerance < TimeSpan.Zero)
            throw new WebhookValidationException(new WebhookError(
                WebhookErrorCode.OutOfRange, nameof(options.Tolerance), "The tolerance is negative.", "Use zero or more; 5 minutes is usual."));
        _source = source;
        _scheme = source.Scheme;
        _tolerance = options.Tolerance;
        _time = options.TimeProvider;
    }

    /// <summary>The event of a genuine request, for schemes whose proof is one header.</summary>
    /// <param name="rawBody">The exact bytes of the body.</param>
    /// <param name="signature">The value of the scheme's header; null if the request has none.</param>
    /// <param name="secret">The secret shared with the sender.</param>
    /// <exception cref="WebhookVerificationException">The request is refused.</exception>
    /// <exception cref="WebhookValidationException">The scheme cannot use the secret.</exception>
    public WebhookEvent ConstructEvent(ReadOnlySpan<byte> rawBody, string? signature, WebhookSecret secret) =>
        Construct(rawBody, WebhookHeaders.None, Verify(rawBody, signature, secret));

    /// <summary>The event of a genuine request.</summary>
    /// <param name="rawBody">The exact bytes of the body.</param>
    /// <param name="headers">The request's headers.</param>
    /// <param name="secrets">The secrets shared with the sender; any of them that is valid now will do.</param>
    /// <exception cref="WebhookVerificationException">The request is refused.</exception>
    /// <exception cref="WebhookValidationException">The scheme cannot use one of the secrets.</exception>
    public WebhookEvent ConstructEvent(ReadOnlySpan<byte> rawBody, WebhookHeaders headers, WebhookSecrets secrets) =>
        Construct(rawBody, headers, Verify(rawBody, headers, secrets));

    /// <summary>Whether a request is genuine, for schemes whose proof is one header.</summary>
    /// <param name="rawBody">The exact bytes of the body.</param>
    /// <param name="signature">The value of the scheme's header; null if the request has none.</param>
    /// <param name="secret">The secret shared with the sender.</param>
    /// <exception cref="WebhookValidationException">The scheme cannot use the secret.</exception>
    public VerificationResult Verify(ReadOnlySpan<byte> rawBody, string? signature, WebhookSecret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var now = _time.GetUtcNow();
        Require(secret.Alone, now);
        if (_scheme.SignatureHeader is not { } header)
            return RefusalCounter.Count(VerificationResult.Refused(VerificationRefusal.NeedsHeaders));
        if (signature is null)
            return RefusalCounter.Count(VerificationResult.Refused(VerificationRefusal.MissingHeader, header));
        var proof = new KeyValuePair<string, string>(header, signature);
        return RefusalCounter.Count(_scheme.Verify(new VerificationInput(rawBody, proof, secret.Alone, now, _tolerance)));
    }

    /// <summary>Whether a request is genuine.</summary>
    /// <param name="rawBody">The exact bytes of the body.</param>
    /// <param name="headers">The request's headers.</param>
    /// <param name="secrets">The secrets shared with the sender; any of them that is valid now will do. None is refused.</param>
    /// <exception cref="WebhookValidationException">The scheme cannot use one of the secrets.</exception>
    public VerificationResult Verify(ReadOnlySpan<byte> rawBody, WebhookHeaders headers, WebhookSecrets secrets)
    {
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(secrets);
        var now = _time.GetUtcNow();
        return RefusalCounter.Count(Require(secrets, now)
            ? _scheme.Verify(new VerificationInput(rawBody, headers, secrets, now, _tolerance))
            : VerificationResult.Refused(VerificationRefusal.NoSecret));
    }

    // Every secret is checked before the request is looked at, so that a fault of the configuration shows at once and not only when a request comes to it.
    private bool Require(WebhookSecrets secrets, DateTimeOffset now)
    {
        var any = false;
        foreach (var secret in secrets.At(now))
        {
            if (_scheme.Check(secret) is { } error)
                throw new WebhookValidationException(error);
            any = true;
        }

        return any;
    }

    private WebhookEvent Construct(ReadOnlySpan<byte> rawBody, WebhookHeaders headers, VerificationResult verified)
    {
        if (!verified.IsValid)
            throw new WebhookVerificationException(verified);
        var body = rawBody.ToArray();
        return new WebhookEvent(body, EventFields.Read(_source, body, headers, verified));
    }
}
