namespace WebhookKit.Testing.Harness;

/// <summary>The deliveries that the dispatcher holds, so that a request can be told which delivery it is of.</summary>
internal sealed class DeliveriesInHand
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DeliveryId, LeasedDelivery> _deliveries = [];

    public void Take(IEnumerable<LeasedDelivery> deliveries)
    {
        lock (_lock)
        {
            foreach (var delivery in deliveries)
                _deliveries[delivery.Id] = delivery;
        }
    }

    public void Settle(IEnumerable<Settlement> settlements)
    {
        lock (_lock)
        {
            foreach (var settlement in settlements)
                _deliveries.Remove(settlement.Delivery);
        }
    }

    /// <summary>The delivery of this message; null if none, or several, of it are in hand.</summary>
    public LeasedDelivery? Find(string messageId)
    {
        lock (_lock)
        {
            var found = _deliveries.Values.Where(delivery => string.Equals(delivery.Message.PublicId, messageId, StringComparison.Ordinal)).Take(2).ToArray();
            return found.Length == 1 ? found[0] : null;
        }
    }
}
