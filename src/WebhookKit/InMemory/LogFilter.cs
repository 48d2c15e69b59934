namespace WebhookKit.InMemory;

/// <summary>What the queries of the log have in common.</summary>
internal static class LogFilter
{
    public static bool IsOf(StoredMessage message, bool allTenants, string? tenant, string? eventType) =>
        (allTenants || string.Equals(message.Message.Tenant, tenant, StringComparison.Ordinal))
        && (eventType is null || string.Equals(message.Message.EventType, eventType, StringComparison.Ordinal));

    public static bool IsWithin(DateTimeOffset time, DateTimeOffset? since, DateTimeOffset? until) =>
        (since is not { } first || time >= first) && (until is not { } end || time < end);

    public static bool Has(StoredMessage message, IReadOnlyDictionary<string, string> attributes)
    {
        foreach (var (name, value) in attributes)
        {
            if (!message.Message.Attributes.TryGetValue(name, out var found) || !string.Equals(found, value, StringComparison.Ordinal))
                return false;
        }

        return true;
    }
}
