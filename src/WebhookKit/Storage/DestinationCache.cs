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

    /// <summary>
    /// The destination of this id, from memory or else from its form. A destination never changes under its id. One that cannot be read must not keep the
    /// others: it comes with its <see cref="StoredDestination.Fault"/>, and is tried again next time.
    /// </summary>
    public async ValueTask<StoredDestination> ReadAsync(DestinationId id, SettingsForm form, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await Reading(id, form).GetAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (WebhookStoreException e)
        {
            return SettingsFormat.ReadDestinationOutline(id, form.Json) with { Fault = e };
        }
    }

    private ReadOnce<StoredDestination> Reading(DestinationId id, SettingsForm form)
    {
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

            return node.Value.Destination;
        }
    }
}
