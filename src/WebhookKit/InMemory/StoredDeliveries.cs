using System.Diagnostics.CodeAnalysis;

namespace WebhookKit.InMemory;

/// <summary>The deliveries that the store knows: by id, and as a chain from the newest to the oldest.</summary>
internal sealed class StoredDeliveries
{
    private readonly Dictionary<long, StoredDelivery> _byId = [];

    /// <summary>The highest id given; ids are given in order and never again.</summary>
    public long LastId { get; private set; }

    public StoredDelivery? Newest { get; private set; }

    public bool TryGet(long id, [NotNullWhen(true)] out StoredDelivery? delivery) => _byId.TryGetValue(id, out delivery);

    public void Add(StoredDelivery delivery)
    {
        LastId = delivery.Id;
        _byId.Add(delivery.Id, delivery);
        delivery.Older = Newest;
        Newest?.Newer = delivery;
        Newest = delivery;
    }

    /// <summary>Forgets a delivery. Its own link to the older ones stays, for whoever is reading the chain there.</summary>
    public void Remove(StoredDelivery delivery)
    {
        _byId.Remove(delivery.Id);
        delivery.Forgotten = true;
        delivery.Older?.Newer = delivery.Newer;
        if (delivery.Newer is null)
            Newest = delivery.Older;
        else
            delivery.Newer.Older = delivery.Older;
    }
}
