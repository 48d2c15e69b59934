namespace WebhookKit.InMemory;

/// <summary>
/// The recipients of the deliveries that the store knows. A destination is kept once; the recipient of a subscription is shared within its lane, which has no
/// other.
/// </summary>
internal sealed class Recipients
{
    private readonly ShrinkingIndex<DestinationId, Recipient> _destinations = new();

    public int Destinations => _destinations.Count;

    /// <summary>The recipient of a target in its lane; a delivery to it must be added next.</summary>
    public Recipient Of(DeliveryTarget target, Lane lane)
    {
        if (target.Destination is not { } destination)
            return lane.LastRecipient is { } last && last.Subscription == target.Subscription ? last : lane.LastRecipient = new(target.Subscription, null);
        if (!_destinations.TryGet(destination.Id, out var recipient))
            _destinations[destination.Id] = recipient = new Recipient(null, destination);
        return recipient;
    }

    public static void Add(Recipient recipient) => recipient.Known++;

    public void Remove(Recipient recipient)
    {
        recipient.Known--;
        if (recipient is { Known: 0, Destination: { } destination })
            _destinations.Remove(destination.Id, recipient);
    }
}
