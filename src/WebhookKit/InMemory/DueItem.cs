namespace WebhookKit.InMemory;

/// <summary>
/// Something that waits for a time and stands in at most one <see cref="DueHeap{T}"/>, which orders it by due time, then by
/// <see cref="Order"/>, or in an <see cref="ArrivalLine{T}"/>.
/// </summary>
internal abstract class DueItem
{
    /// <summary>When it is due, in the store's ticks. Not to be changed while it stands in a heap.</summary>
    public long Due { get; set; }

    /// <summary>What comes first among those due at the same time. Not to be changed while it stands in a heap.</summary>
    public long Order { get; protected set; }

    /// <summary>Where it stands in its heap or line; that one's own.</summary>
    public int Place { get; set; }

    public bool IsBefore(DueItem other) => Due < other.Due || (Due == other.Due && Order < other.Order);
}
