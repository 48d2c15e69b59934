namespace WebhookKit.Storage;

/// <summary>
/// The ad hoc destinations that were read last, so that a lane's deliveries do not read theirs again and again: a thousand, of which the one that was not asked
/// for the longest goes first. Safe for concurrent use.
/// </summary>
internal sealed class DestinationCache(SettingsFormat format)
{
    internal const int Capacity = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<DestinationId, LinkedListNode<Known>> _byId = [];
    private readonly LinkedList<Known> _latestFirst = [];

    /// <summary>
    /// The destination of this id, from memory if it has this form there, else from the form: once the last delivery to it is forgotten, the same id may be
    /// written down anew. One that cannot be read must not keep the others: it comes with its <see cref="StoredDestination.Fault"/>, and is tried again next
    /// time.
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
            if (node is null || !IsSame(node.Value.Form, form))
                _byId[id] = node = new(new(id, form, new(() => format.ReadDestinationAsync(id, form, CancellationToken.None))));
            _latestFirst.AddFirst(node);
            if (_byId.Count > Capacity)
            {
                _byId.Remove(_latestFirst.Last!.Value.Id);
                _latestFirst.RemoveLast();
            }

            return node.Value.Destination;
        }
    }

    private static bool IsSame(SettingsForm one, SettingsForm other) =>
        string.Equals(one.Json, other.Json, StringComparison.Ordinal) && one.Secrets.AsSpan().SequenceEqual(other.Secrets);

    private readonly record struct Known(DestinationId Id, SettingsForm Form, ReadOnce<StoredDestination> Destination);
}
