using System.Diagnostics.CodeAnalysis;

namespace WebhookKit.InMemory;

/// <summary>The deliveries that the store knows: by id, as a chain from the newest to the oldest, and as one chain for each message.</summary>
internal sealed class StoredDeliveries
{
    private readonly ShrinkingIndex<long, StoredDelivery> _byId = new();
    private Chain<StoredDelivery, StoredDelivery.PlaceInLog> _all;
    private long _lastId;

    public Recipients Recipients { get; } = new();

    public StoredDelivery? Newest => _all.Newest;

    /// <summary>Ids are given in order and never again.</summary>
    public long NextId() => ++_lastId;

    public bool TryGet(long id, [NotNullWhen(true)] out StoredDelivery? delivery) => _byId.TryGet(id, out delivery);

    public void Add(StoredDelivery delivery)
    {
        _byId[delivery.Id] = delivery;
        _all.Add(delivery);
        delivery.Message.Deliveries.Add(delivery);
        Recipients.Add(delivery.Recipient);
    }

    public void Remove(StoredDelivery delivery)
    {
        _byId.Remove(delivery.Id, delivery);
        _all.Remove(delivery);
        delivery.Message.Deliveries.Remove(delivery);
        Recipients.Remove(delivery.Recipient);
        delivery.Forgotten = true;
    }
}
