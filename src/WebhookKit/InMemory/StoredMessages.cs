using System.Diagnostics.CodeAnalysis;

namespace WebhookKit.InMemory;

/// <summary>The messages that the store knows, by both their ids.</summary>
internal sealed class StoredMessages
{
    private readonly Dictionary<Guid, StoredMessage> _byId = [];
    private readonly Dictionary<string, StoredMessage> _byPublicId = new(StringComparer.Ordinal);

    public bool Knows(Guid id) => _byId.ContainsKey(id);

    public bool TryGet(string publicId, [NotNullWhen(true)] out StoredMessage? message) => _byPublicId.TryGetValue(publicId, out message);

    public void Add(StoredMessage message)
    {
        _byId.Add(message.Message.Id, message);
        _byPublicId[message.Message.PublicId] = message;
    }

    public void Remove(StoredMessage message)
    {
        _byId.Remove(message.Message.Id);
        _byPublicId.Remove(message.Message.PublicId);
    }
}
