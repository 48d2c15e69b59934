namespace WebhookKit;

/// <summary>A store failed. What was accepted before is not affected, and a call may be repeated as it was.</summary>
public sealed class WebhookStoreException : WebhookException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="fault">What is wrong.</param>
    /// <param name="message">What is wrong in words, and what to do about it. Never contains a secret.</param>
    /// <param name="innerException">The cause.</param>
    public WebhookStoreException(StoreFault fault, string message, Exception? innerException = null) : base(message, innerException) => Fault = fault;

    /// <summary>What is wrong.</summary>
    public StoreFault Fault { get; }

    /// <summary>Whether the store has logged that it is in this state: one line says so, whoever runs into it after that.</summary>
    internal bool IsReported { get; init; }

    /// <summary>Whether it may mend by itself, so that repeating the call later makes sense.</summary>
    public bool IsTransient => Fault is not (StoreFault.Refused or StoreFault.Unreadable);
}
