namespace WebhookKit.InMemory;

/// <summary>Removes what is too old, or what is a tenant's. Called under the store's lock.</summary>
internal sealed class Removal(StoreContents contents)
{
    public RemovalResult Trim(TrimRequest request, long now)
    {
        var (log, data) = (now - request.Log.Ticks, now - request.Data.Ticks);
        contents.Keys.RemoveExpired(request.Limit, now);
        var removed = 0;
        while (removed < request.Limit && (contents.History.TrimLog(log) || contents.History.TrimData(data)))
            removed++;
        return new RemovalResult(removed, contents.History.HasOlder(log, data));
    }

    public RemovalResult Erase(string? tenant, int limit, long now)
    {
        var removed = 0;
        while (removed < limit && contents.Tenants.TryGet(tenant, out var known))
        {
            if (known.Messages.Oldest is { } message)
            {
                removed += contents.Erase(message, limit - removed, now);
            }
            else
            {
                contents.Keys.Remove(known.Keys.Values.First());
                removed++;
            }
        }

        contents.History.Trim();
        return new RemovalResult(removed, contents.Tenants.TryGet(tenant, out _));
    }
}
