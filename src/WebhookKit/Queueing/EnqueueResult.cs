namespace WebhookKit;

/// <summary>What became of one message of an enqueue.</summary>
public enum EnqueueResult
{
    /// <summary>It is stored with all its deliveries.</summary>
    Accepted,

    /// <summary>A message with this id was accepted before; nothing was added.</summary>
    Duplicate,
}
