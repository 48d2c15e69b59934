namespace WebhookKit.InMemory;

/// <summary>The targets of an accepted message that have not become deliveries yet.</summary>
internal sealed class FanOut(IReadOnlyList<DeliveryTarget> targets)
{
    private int _next;

    public int Left => targets.Count - _next;

    public DeliveryTarget Take() => targets[_next++];

    public bool Has(SubscriptionId subscription)
    {
        for (var i = _next; i < targets.Count; i++)
        {
            if (targets[i].Subscription == subscription)
                return true;
        }

        return false;
    }
}
