namespace WebhookKit;

/// <summary>An envelope could not make a body: the host's own code threw, or what it wrote is not one complete JSON value.</summary>
public sealed class EnvelopeException : WebhookException
{
    internal EnvelopeException(string envelope, string problem, Exception? innerException = null)
        : base($"The envelope '{envelope}' could not make a body: {problem} Check the code that writes it.", innerException) => EnvelopeName = envelope;

    /// <summary>The envelope that failed.</summary>
    public string EnvelopeName { get; }
}
