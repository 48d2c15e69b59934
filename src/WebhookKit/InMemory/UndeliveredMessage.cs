namespace WebhookKit.InMemory;

/// <summary>A message that goes nowhere has ended as soon as it is accepted: this is its place among what has.</summary>
internal sealed class UndeliveredMessage : DueItem
{
    public UndeliveredMessage(StoredMessage message)
    {
        Message = message;
        Due = message.EnqueuedAt;
        Order = message.Order;
    }

    public StoredMessage Message { get; }
}
