using WebhookKit.PostgreSql.Connections;
using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>What the store knows of the messages and keys of calls of enqueue that are decided together.</summary>
internal sealed class Known
{
    private readonly Dictionary<Guid, KnownMessage> _messages = [];
    private readonly Dictionary<(string Scope, string Key), KnownKey> _keys = [];

    public KnownMessage? Find(Guid id) => _messages.TryGetValue(id, out var known) ? known : null;

    public KnownKey? Find(string? tenant, string key) => _keys.TryGetValue((ScopeOf(tenant), key), out var known) ? known : null;

    /// <summary>What was accepted is known to the calls after it.</summary>
    public void Add(EnqueueRequest accepted)
    {
        var message = accepted.Message;
        _messages.Add(message.Id, new KnownMessage(message.PublicId, accepted.Targets.Count));
        if (accepted.Idempotency is { } key)
            _keys.Add((ScopeOf(message.Tenant), key.Key), new KnownKey(key.ContentHash, message.PublicId, accepted.Targets.Count));
    }

    /// <summary>What idempotency keys belong to: empty for the host's own tenant, which no tenant's name can be taken for.</summary>
    public static string ScopeOf(string? tenant) => tenant is null ? "" : ":" + tenant;

    public static async Task<Known> ReadAsync(Session session, IReadOnlyList<EnqueueRequest> requests)
    {
        var known = new Known();
        var keyed = requests.Where(request => request.Idempotency is not null).ToList();
        var reader = await session.Query()
            .Add("known_messages", Param.Uuids(requests.Select(request => request.Message.Id)))
            .Add("known_keys", session.Now, Param.Texts(keyed.Select(request => ScopeOf(request.Message.Tenant))),
                Param.Texts(keyed.Select(request => request.Idempotency!.Key)))
            .ReadAsync().ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        foreach (var (id, message) in await reader.ListAsync(row => (row.GetGuid(0), new KnownMessage(row.GetString(1), row.GetInt32(2)))).ConfigureAwait(false))
            known._messages[id] = message;
        var keys = await reader.ListAsync(
            row => ((row.GetString(0), row.GetString(1)), new KnownKey(row.Bytes(2), row.GetString(3), row.GetInt32(4)))).ConfigureAwait(false);
        foreach (var (name, key) in keys)
            known._keys[name] = key;
        return known;
    }
}
