namespace WebhookKit;

/// <summary>The data of a genuine webhook cannot be read as asked: its body is not JSON, has no such member, or does not fit the type.</summary>
public sealed class WebhookDataException : WebhookException
{
    internal WebhookDataException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
