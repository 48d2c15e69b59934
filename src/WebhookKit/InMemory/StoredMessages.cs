using System.Diagnostics.CodeAnalysis;

namespace WebhookKit.InMemory;

/// <summary>The messages that the store knows: by both their ids, as a chain from the newest to the oldest, and as one chain for each tenant.</summary>
internal sealed class StoredMessages(StoredTenants tenants)
{
    private readonly ShrinkingIndex<Guid, StoredMessage> _byId = new();
    private readonly ShrinkingIndex<string, StoredMessage> _byPublicId = new(StringComparer.Ordinal);
    private Chain<StoredMessage, StoredMessage.PlaceInLog> _all;
    private long _lastOrder;

    public StoredMessage? Newest => _all.Newest;

    public bool TryGet(Guid id, [NotNullWhen(true)] out StoredMessage? message) => _byId.TryGet(id, out message);

    public bool TryGet(string publicId, [NotNullWhen(true)] out StoredMessage? message) => _byPublicId.TryGet(publicId, out message);

    public StoredMessage Add(EnqueueRequest request, long now)
    {
        var tenant = tenants.GetOrAdd(request.Message.Tenant);
        var message = new StoredMessage(request.Message, tenant, ++_lastOrder, now, request.Targets.Count);
        _byId[message.Message.Id] = message;
        _byPublicId[message.Message.PublicId] = message;
        _all.Add(message);
        tenant.Messages.Add(message);
        return message;
    }

    public void Remove(StoredMessage message)
    {
        _byId.Remove(message.Message.Id, message);
        _byPublicId.Remove(message.Message.PublicId, message);
        _all.Remove(message);
        message.Tenant.Messages.Remove(message);
        tenants.Shortened(message.Tenant);
        message.Forgotten = true;
    }
}
