using System.Diagnostics.CodeAnalysis;

namespace WebhookKit.InMemory;

/// <summary>All lanes in which something waits, or that are held or held back, in the order in which they may be leased.</summary>
internal sealed class LaneTable
{
    private readonly Dictionary<LaneId, Lane> _lanes = [];
    private readonly DueHeap<Lane> _due = new();
    private readonly DueHeap<Lane> _resting = new(); // empty, kept only because their hold has not ended
    private long _order;

    /// <summary>When the next lane may be leased; never if none waits.</summary>
    public long NextDue => _due.FirstDue;

    public IEnumerable<Lane> All => _lanes.Values;

    public bool TryGet(LaneId id, [NotNullWhen(true)] out Lane? lane) => _lanes.TryGetValue(id, out lane);

    public Lane GetOrAdd(LaneId id)
    {
        if (!_lanes.TryGetValue(id, out var lane))
            _lanes.Add(id, lane = new Lane(id));
        return lane;
    }

    /// <summary>Takes the lane out that has been due for longest; <see cref="Stand"/> or <see cref="Leave"/> must follow.</summary>
    public bool TryTakeDue(long now, [NotNullWhen(true)] out Lane? lane)
    {
        while (_resting.TryPeek(out var rested) && rested.Due <= now)
            Drop(rested);
        if (!_due.TryPeek(out lane) || lane.Due > now)
            return false;
        _due.Remove(lane);
        return true;
    }

    /// <summary>Says when the lane may be leased. Among lanes of the same time the one that was told first comes first.</summary>
    public void Stand(Lane lane, long due) => StandIn(_due, lane, due);

    /// <summary>A delivery was added: a free lane may be leased when it is due. A held one is left alone, its holder looks again when it releases.</summary>
    public void Wake(Lane lane, long due)
    {
        if (lane.Token is not null)
            return;
        due = Math.Max(due, lane.HoldUntil);
        if (!_due.Contains(lane) || due < lane.Due)
            Stand(lane, due);
    }

    /// <summary>A lane is free now. It stands behind those that are due already, so that a backlog starves nobody.</summary>
    public void Leave(Lane lane, long now)
    {
        if (!lane.Line.IsEmpty)
            Stand(lane, Math.Max(now, Math.Max(lane.HoldUntil, lane.Line.EarliestDue)));
        else if (lane.HoldUntil > now)
            StandIn(_resting, lane, lane.HoldUntil);
        else
            Drop(lane);
    }

    /// <summary>A delivery ended in a lane that may be free: it keeps its turn unless nothing is due in it any more.</summary>
    public void Shortened(Lane lane, long now)
    {
        if (lane.Token is null && lane.Line.EarliestDue > Math.Max(lane.Due, now))
            Leave(lane, now);
    }

    private void StandIn(DueHeap<Lane> heap, Lane lane, long due)
    {
        _ = _due.Remove(lane) || _resting.Remove(lane);
        lane.StandAt(due, ++_order);
        heap.Add(lane);
    }

    private void Drop(Lane lane)
    {
        _ = _due.Remove(lane) || _resting.Remove(lane);
        _lanes.Remove(lane.Id);
    }
}
