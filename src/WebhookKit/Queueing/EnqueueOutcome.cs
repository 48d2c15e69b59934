namespace WebhookKit;

/// <summary>Whether a message was stored.</summary>
public enum EnqueueOutcome
{
    /// <summary>It is stored with all its deliveries.</summary>
    Accepted,

    /// <summary>A message with this id, or with this idempotency key and the same content, was accepted before; nothing was added.</summary>
    Duplicate,
}
