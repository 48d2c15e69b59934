namespace WebhookKit;

/// <summary>An idempotency key was used before, for other content. Nothing of the call was stored.</summary>
public sealed class IdempotencyConflictException : WebhookException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="key">The key.</param>
    /// <param name="messageId">The message that was published with it, as receivers see its id.</param>
    public IdempotencyConflictException(string key, string messageId)
        : base($"The idempotency key '{key}' was used for other content, the message {messageId}. Use a new key for a new event. Nothing was stored.") =>
        (Key, MessageId) = (key, messageId);

    /// <summary>The key.</summary>
    public string Key { get; }

    /// <summary>The message that was published with it, as receivers see its id.</summary>
    public string MessageId { get; }
}
