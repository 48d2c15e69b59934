namespace WebhookKit;

/// <summary>
/// A store with a bound refused an enqueue because it is full. Nothing of the call was stored; it can be repeated when deliveries have drained.
/// </summary>
public sealed class QueueFullException : WebhookException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which bound was met, and the option that sets it.</param>
    public QueueFullException(string message) : base(message)
    {
    }
}
