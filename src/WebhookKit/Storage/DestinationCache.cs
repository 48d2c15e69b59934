namespace WebhookKit.Storage;

/// <summary>The ad hoc destinations that were read last, so that a lane's deliveries do not read theirs again and again. Safe for concurrent use.</summary>
internal sealed class DestinationCache(SettingsFormat format)
{
    /// <summary>The destination of this id, from memory or else from its form.</summary>
    public ValueTask<StoredDestination> ReadAsync(DestinationId id, SettingsForm form, CancellationToken cancellationToken) =>
        format is null ? default : throw new NotImplementedException();
}
