namespace WebhookKit.Storage;

/// <summary>
/// The ad hoc destinations that were read last, so that a lane's deliveries do not read theirs again and again: a thousand, of which the one that was not asked
/// for the longest goes first. Safe for concurrent use.
/// </summary>
internal sealed class DestinationCache(SettingsFormat format)
{
    internal const int Capacity = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<DestinationId, LinkedListNode<(DestinationId Id, ReadOnce<StoredDestination> Destination)>> _byId = [];
    private readonly LinkedList<(DestinationId Id, ReadOnce<StoredDestination> Destination)> _latestFirst = [];

    /// <summary>The destination of this id, from memory or else from its form. A destination never changes under its id.</summary>
    /// <exception cref="WebhookStoreException"><see cref="StoreFault.Unreadable"/>, or what the host's protector came to; it is tried again next time.</exception>
    public ValueTask<StoredDestination> ReadAsync(DestinationId id, SettingsForm form, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ReadOnce<StoredDestination> destination;
        lock (_lock)
        {
            if (_byId.TryGetValue(id, out var node))
                _latestFirst.Remove(node);
            else
                _byId.Add(id, node = new((id, new(() => format.ReadDestinationAsync(form, CancellationToken.None)))));
            _latestFirst.AddFirst(node);
            if (_byId.Count > Capacity)
            {
                _byId.Remove(_latestFirst.Last!.Value.Id);
                _latestFirst.RemoveLast();
            }

            destination = node.Value.Destination;
        }

        return destination.GetAsync(cancellationToken);
    }
}
