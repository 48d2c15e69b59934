namespace WebhookKit.Storage;

/// <summary>A row of a durable store: indexed by its outline, read as a whole when it is first asked for.</summary>
internal sealed class CachedSubscription(SubscriptionRow row, SettingsFormat format) : SubscriptionEntry(row.Number, SettingsFormat.ReadOutline(row.Form.Json))
{
    // Nobody's token: the reading is shared.
    private readonly ReadOnce<Subscription> _whole = new(
        async () => await format.ReadAsync(row.Form, CancellationToken.None).ConfigureAwait(false) with { Version = row.Version });

    public long Version { get; } = row.Version;

    public ValueTask<Subscription> ReadAsync(CancellationToken cancellationToken) => _whole.GetAsync(cancellationToken);
}
