namespace WebhookKit.InMemory;

/// <summary>A message and how many of its deliveries still need it. The ids of its deliveries are consecutive.</summary>
internal sealed class StoredMessage(WebhookMessage message, long enqueuedAt, long firstDelivery, int targets)
{
    public WebhookMessage Message { get; } = message;

    public long EnqueuedAt { get; } = enqueuedAt;

    public long FirstDelivery { get; } = firstDelivery;

    public long LastDelivery { get; } = firstDelivery + targets - 1;

    /// <summary>How many of its deliveries have not ended.</summary>
    public int Waiting { get; set; } = targets;

    /// <summary>How many of its deliveries the store still knows.</summary>
    public int Known { get; set; } = targets;

    public int Bytes => Message.Data.Length;
}
