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
        due = Math.Max(due, lane.NotBefore);
        if (!_due.Contains(lane) || due < lane.Due)
            Stand(lane, due);
    }

    /// <summary>A lane is free now. It stands behind those that are due already, so that a backlog starves nobody.</summary>
    public void Leave(Lane lane, long now)
    {
        if (!lane.Line.IsEmpty)
            Stand(lane, Math.Max(now, FreeDue(lane)));
        else if (lane.HoldUntil > now)
            StandIn(_resting, lane, lane.HoldUntil);
        else
            Drop(lane);
    }

    /// <summary>
    /// A delivery ended, or began to hold its lane. A free lane keeps its turn unless nothing is due in it any more, or it slept and need not; a held one is
    /// somebody else's when the lease and the hold have ended.
    /// </summary>
    public void Changed(Lane lane, long now)
    {
        if (lane.Token is null)
        {
            var due = FreeDue(lane);
            if (due > Math.Max(lane.Due, now) || (lane.Due > now && due < lane.Due))
                Leave(lane, now);
        }
        else if (lane.Due != lane.HeldDue)
        {
            Stand(lane, lane.HeldDue);
        }
    }

    private static long FreeDue(Lane lane) => Math.Max(lane.NotBefore, lane.Line.EarliestDue);

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
