namespace WebhookKit.Sqlite;

/// <summary>
/// Ad hoc destinations that were written down lately, so that a publish to one of them does not ask the protector again: ten thousand, of which the first goes
/// first. Only the file knows whether one is there still. Safe for concurrent use.
/// </summary>
internal sealed class KnownDestinations
{
    private const int Capacity = 10_000;
    private readonly Lock _lock = new();
    private readonly HashSet<DestinationId> _ids = [];
    private readonly Queue<DestinationId> _inOrder = new();

    public bool Contains(DestinationId id)
    {
        lock (_lock)
            return _ids.Contains(id);
    }

    public void Add(IEnumerable<DestinationId> ids)
    {
        lock (_lock)
        {
            foreach (var id in ids)
            {
                if (!_ids.Add(id))
                    continue;
                _inOrder.Enqueue(id);
                if (_inOrder.Count > Capacity)
                    _ids.Remove(_inOrder.Dequeue());
            }
        }
    }
}
