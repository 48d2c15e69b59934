using WebhookKit.Storage;

namespace WebhookKit.PostgreSql.Queue;

/// <summary>The destinations that were read last. What was removed is forgotten: its id may come again.</summary>
internal sealed class Destinations(SettingsFormat format)
{
    private volatile DestinationCache _cache = new(format);

    public ValueTask<StoredDestination> ReadAsync(DestinationId id, SettingsForm form, CancellationToken cancellationToken) =>
        _cache.ReadAsync(id, form, cancellationToken);

    public void Forget() => _cache = new DestinationCache(format);
}
