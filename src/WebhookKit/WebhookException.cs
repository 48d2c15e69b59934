namespace WebhookKit;

/// <summary>The base of every exception this library throws on its own account.</summary>
public class WebhookException : Exception
{
    /// <summary>Creates the exception with a message that says what is wrong and what to do about it.</summary>
    public WebhookException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public WebhookException(string message, Exception? innerException) : base(message, innerException)
    {
    }
}
