namespace WebhookKit.Sqlite.Writing;

/// <summary>
/// The calls for a lease that wait, first come first served. They are served in the transaction that may have made a lane due, so that no wake-up can be lost
/// between looking and waiting. Those that are taken are the ones that the open transaction serves. The writer's own; not safe for concurrent use.
/// </summary>
internal sealed class Waiters
{
    private readonly List<LeaseItem> _waiting = [];

    /// <summary>When the first deadline is; null if nobody waits.</summary>
    public long? FirstDeadline => _waiting.Count == 0 ? null : _waiting.Min(item => item.Deadline);

    public bool IsEmpty => _waiting.Count == 0;

    public void Add(LeaseItem item)
    {
        _waiting.Add(item);
        item.Return();
    }

    /// <summary>Serves whom it can, and those whose time is up: they stay taken until the transaction is over.</summary>
    /// <param name="session">The connection, in a transaction.</param>
    /// <param name="now">The store's time.</param>
    /// <param name="run">Runs one; it throws if the transaction cannot go on.</param>
    public void Serve(Session session, long now, Action<LeaseItem> run)
    {
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

            run(item);
            if (item is { Error: null, Waits: true })
                item.Return();
        }
    }

    /// <summary>The transaction was committed: takes out those that it served.</summary>
    public List<LeaseItem> TakeServed() => TakeOut(item => item.IsTaken);

    /// <summary>
    /// The transaction failed: those that it served wait on, but for those whose time is up. These are taken out, with all others of whom that is true, for
    /// nothing can be served.
    /// </summary>
    public List<LeaseItem> TakeOver(long now)
    {
        var over = TakeOut(item => item.Deadline <= now && (item.IsTaken || item.TryTake()));
        TakeBack();
        return over;
    }

    /// <summary>The transaction was taken back: those that it served wait on.</summary>
    public void TakeBack()
    {
        foreach (var item in _waiting.Where(item => item.IsTaken))
        {
            item.Forgive();
            item.Return();
        }
    }

    /// <summary>Takes out all whose callers have not gone.</summary>
    public List<LeaseItem> TakeAll()
    {
        var all = TakeOut(item => item.IsTaken || item.TryTake());
        _waiting.Clear();
        return all;
    }

    private List<LeaseItem> TakeOut(Predicate<LeaseItem> which)
    {
        var taken = _waiting.FindAll(which);
        _waiting.RemoveAll(taken.Contains);
        return taken;
    }
}
