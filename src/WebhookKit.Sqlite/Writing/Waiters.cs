namespace WebhookKit.Sqlite.Writing;

/// <summary>
/// The calls for a lease that wait, first come first served. They are served in the transaction that may have made a lane due, so that no wake-up can be lost
/// between looking and waiting. The writer's own; not safe for concurrent use.
/// </summary>
internal sealed class Waiters
{
    private readonly List<LeaseItem> _waiting = [];

    /// <summary>When the first deadline is; null if nobody waits.</summary>
    public long? FirstDeadline => _waiting.Count == 0 ? null : _waiting.Min(item => item.Deadline);

    public bool IsEmpty => _waiting.Count == 0;

    public bool Has(WriteItem item) => item is LeaseItem lease && _waiting.Contains(lease);

    public void Add(LeaseItem item)
    {
        _waiting.Add(item);
        item.Return();
    }

    /// <summary>Serves whom it can, and those whose time is up; answers with them. They are out of here only after <see cref="Remove"/>.</summary>
    public List<LeaseItem> Serve(Session session, long now)
    {
        var served = new List<LeaseItem>();
        foreach (var item in _waiting.ToArray())
        {
            var mayBeDue = session.Contents.Lanes.NextDue([]) is { } due && due <= now;
            if (!mayBeDue && item.Deadline > now)
                continue;
            if (!item.TryTake())
            {
                _waiting.Remove(item);
                continue;
            }

            if (session.Attempt(() => item.Run(session, now)) is { } error)
                item.FailAlone(error);
            if (item.Error is null && item.Waits)
                item.Return();
            else
                served.Add(item);
        }

        return served;
    }

    /// <summary>Their transaction was committed.</summary>
    public void Remove(List<LeaseItem> served) => _waiting.RemoveAll(served.Contains);

    /// <summary>The transaction in which they were served failed: they wait on, but for those whose time is up; these are taken out.</summary>
    public List<LeaseItem> Keep(List<LeaseItem> served, long now)
    {
        var over = served.FindAll(item => item.Error is not null || item.Deadline <= now);
        _waiting.RemoveAll(over.Contains);
        foreach (var item in served.Except(over))
            item.Return();
        return over;
    }

    /// <summary>Takes out those whose callers have gone, and those whose time is up, for nothing can be served.</summary>
    public List<LeaseItem> TakeOver(long now)
    {
        var over = _waiting.FindAll(item => item.Deadline <= now && item.TryTake());
        _waiting.RemoveAll(over.Contains);
        return over;
    }

    /// <summary>Takes out all whose callers have not gone.</summary>
    public List<LeaseItem> TakeAll()
    {
        var all = _waiting.FindAll(item => item.TryTake());
        _waiting.Clear();
        return all;
    }
}
