namespace WebhookKit;

/// <summary>
/// An envelope could not make a body: the host's own code threw, what it wrote is not one complete JSON value, or a value that it needs is missing.
/// </summary>
public sealed class EnvelopeException : WebhookException
{
    private const string CheckTheCode = "Check the code that writes it.";

    internal EnvelopeException(string envelope, string problem, string? remedy = null, Exception? innerException = null)
        : base($"The envelope '{envelope}' could not make a body: {problem} {remedy ?? CheckTheCode}", innerException) => EnvelopeName = envelope;

    /// <summary>The envelope that failed.</summary>
    public string EnvelopeName { get; }
}
