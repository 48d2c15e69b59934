using System.Collections.Immutable;
using WebhookKit.Testing.Harness;

namespace WebhookKit.Testing;

/// <summary>
/// What a receiver answers in a test: a status, with a body and headers if need be, or a failure of the network. A status may stand for itself:
/// <c>harness.RespondTo(url, 503, SimulatedAnswer.TimeOut, 200)</c>.
/// </summary>
public sealed record SimulatedAnswer
{
    private SimulatedAnswer()
    {
    }

    /// <summary>The receiver does not answer: the attempt ends with its timeout, once the virtual clock has come there.</summary>
    public static SimulatedAnswer TimeOut { get; } = new() { Failure = SimulatedFailure.TimeOut };

    /// <summary>Nobody listens there.</summary>
    public static SimulatedAnswer ConnectionRefused { get; } = new() { Failure = SimulatedFailure.ConnectionRefused };

    /// <summary>The host's name does not resolve.</summary>
    public static SimulatedAnswer HostNotFound { get; } = new() { Failure = SimulatedFailure.HostNotFound };

    /// <summary>The receiver's certificate is not accepted.</summary>
    public static SimulatedAnswer TlsFailure { get; } = new() { Failure = SimulatedFailure.TlsFailure };

    /// <summary>The status, 100 to 999; null for a failure.</summary>
    public int? StatusCode { get; private init; }

    /// <summary>The answer's body, as text.</summary>
    /// <value>Empty by default.</value>
    public string Body { get; init; } = "";

    /// <summary>Further headers of the answer, those of the body among them; one that says <c>Content-Type</c> takes the place of plain text.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The answer's <c>Retry-After</c>, in whole seconds; null is none.</summary>
    public TimeSpan? RetryAfter { get; init; }

    internal SimulatedFailure? Failure { get; private init; }

    /// <summary>An answer with this status.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The status is not one of HTTP: 100 to 999.</exception>
    public static SimulatedAnswer Status(int statusCode)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(statusCode, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(statusCode, 999);
        return new SimulatedAnswer { StatusCode = statusCode };
    }

    /// <summary>The same as <see cref="Status"/>.</summary>
    public static implicit operator SimulatedAnswer(int statusCode) => Status(statusCode);

    /// <summary>The status, or the failure's name.</summary>
    public override string ToString() => StatusCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? Failure.ToString()!;
}
