using System.Diagnostics.CodeAnalysis;

namespace WebhookKit.InMemory;

/// <summary>
/// A binary heap by due time whose items know their place, so that any of them can be taken out. It costs one reference for each item,
/// a third of a <see cref="PriorityQueue{TElement, TPriority}"/>.
/// </summary>
internal sealed class DueHeap<T> where T : DueItem
{
    private const int SmallestShrunk = 64;
    private T[] _items = [];

    public int Count { get; private set; }

    public ReadOnlySpan<T> Items => _items.AsSpan(0, Count);

    /// <summary>When the first is due; never if there is none.</summary>
    public long FirstDue => Count == 0 ? StoreClock.Never : _items[0].Due;

    public bool TryPeek([NotNullWhen(true)] out T? first)
    {
        first = Count == 0 ? null : _items[0];
        return first is not null;
    }

    public void Add(T item)
    {
        if (Count == _items.Length)
            Array.Resize(ref _items, Math.Max(4, Count * 2));
        Count++;
        MoveUp(item, Count - 1);
    }

    public bool Contains(T item) => (uint)item.Place < (uint)Count && ReferenceEquals(_items[item.Place], item);

    public bool Remove(T item)
    {
        if (!Contains(item))
            return false;
        var hole = item.Place;
        Count--;
        var last = _items[Count];
        _items[Count] = null!;
        if (hole < Count)
        {
            if (hole > 0 && last.IsBefore(_items[(hole - 1) / 2]))
                MoveUp(last, hole);
            else
                MoveDown(last, hole);
        }

        if (Count < _items.Length / 4 && _items.Length > SmallestShrunk)
            Array.Resize(ref _items, _items.Length / 2);
        return true;
    }

    private void MoveUp(T item, int hole)
    {
        while (hole > 0)
        {
            var parent = (hole - 1) / 2;
            if (!item.IsBefore(_items[parent]))
                break;
            Put(_items[parent], hole);
            hole = parent;
        }

        Put(item, hole);
    }

    private void MoveDown(T item, int hole)
    {
        while (true)
        {
            var child = (2 * hole) + 1;
            if (child >= Count)
                break;
            if (child + 1 < Count && _items[child + 1].IsBefore(_items[child]))
                child++;
            if (!_items[child].IsBefore(item))
                break;
            Put(_items[child], hole);
            hole = child;
        }

        Put(item, hole);
    }

    private void Put(T item, int place)
    {
        _items[place] = item;
        item.Place = place;
    }
}
