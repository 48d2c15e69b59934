using WebhookKit.Signing;

namespace WebhookKit;

/// <summary>What a scheme verifies: a request, the secrets to try, and the time. Reads headers and timestamps strictly and without allocating.</summary>
public readonly ref struct VerificationInput
{
    private readonly ReadOnlySpan<KeyValuePair<string, string>> _lines;

    /// <summary>A request with all its headers.</summary>
    public VerificationInput(ReadOnlySpan<byte> body, WebhookHeaders headers, WebhookSecrets secrets, DateTimeOffset now, TimeSpan tolerance)
    {
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(secrets);
        _lines = headers.Lines;
        Body = body;
        Secrets = secrets;
        Now = now;
        Tolerance = tolerance;
    }

    /// <summary>A request of which one header is known.</summary>
    /// <remarks>The line is taken by reference, so that nothing is allocated for it.</remarks>
    internal VerificationInput(ReadOnlySpan<byte> body, in KeyValuePair<string, string> line, WebhookSecrets secrets, DateTimeOffset now, TimeSpan tolerance)
    {
        _lines = new ReadOnlySpan<KeyValuePair<string, string>>(in line);
        Body = body;
        Secrets = secrets;
        Now = now;
        Tolerance = tolerance;
    }

    /// <summary>The exact bytes of the body.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>The secrets; those valid at <see cref="Now"/> are tried.</summary>
    public WebhookSecrets Secrets { get; }

    /// <summary>The receiver's time.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>How far a signed time may be from <see cref="Now"/>, both ways, in whole seconds; the edge itself is accepted.</summary>
    public TimeSpan Tolerance { get; }

    /// <summary>The values of a header, one for each line of it.</summary>
    public HeaderValues Values(string name) => new(_lines, name);

    /// <summary>Reads a header that must be there exactly once: what is signed must not be open to interpretation.</summary>
    /// <returns>
    /// False with the refusal (<see cref="VerificationRefusal.MissingHeader"/>, <see cref="VerificationRefusal.DuplicateHeader"/>) if it is not.
    /// </returns>
    public bool TryGetOne(string name, out string value, out VerificationResult refused)
    {
        var values = Values(name);
        if (!values.MoveNext())
        {
            value = "";
            refused = VerificationResult.Refused(VerificationRefusal.MissingHeader, name);
            return false;
        }

        value = values.Current;
        refused = values.MoveNext() ? VerificationResult.Refused(VerificationRefusal.DuplicateHeader, name) : default;
        return refused.Header is null;
    }

    /// <summary>Reads a time in Unix seconds and holds it against <see cref="Now"/> and <see cref="Tolerance"/>.</summary>
    /// <param name="text">ASCII digits, 1 to 12, without sign, space or leading zeros. The signed content must be made of this text, not of the number.</param>
    /// <param name="header">The header it comes from, for the refusal.</param>
    /// <param name="time">The time, if it is accepted.</param>
    /// <param name="refused">The refusal, if it is not.</param>
    public bool TryGetTime(ReadOnlySpan<char> text, string header, out DateTimeOffset time, out VerificationResult refused)
    {
        time = default;
        refused = default;
        if (!UnixTimestamp.TryParse(text, out var seconds))
        {
            refused = VerificationResult.Refused(VerificationRefusal.TimestampMalformed, header);
            return false;
        }

        var age = Now.ToUnixTimeSeconds() - seconds;
        var tolerance = (long)Tolerance.TotalSeconds;
        if (age > tolerance || age < -tolerance)
        {
            refused = VerificationResult.Refused(age > 0 ? VerificationRefusal.TimestampTooOld : VerificationRefusal.TimestampTooNew, header);
            return false;
        }

        time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }
}
