using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace WebhookKit.InMemory;

/// <summary>
/// Items in the order they came, which is that of their due times; each knows its place, so that any of them can be taken out. Where that order is known
/// beforehand it costs less than a <see cref="DueHeap{T}"/>: adding and removing touch no item but their own.
/// </summary>
/// <remarks>A ring: what stands at position p is in slot p modulo the ring's length. A place in the middle that was taken out stays empty.</remarks>
internal sealed class ArrivalLine<T> where T : DueItem
{
    private const int SmallestRing = 64;

    private T?[] _ring = [];

    // Positions may wrap round: only their differences and their lowest bits count.
    private uint _first;
    private uint _end;

    public int Count { get; private set; }

    /// <summary>When the first is due; never if there is none.</summary>
    public long FirstDue => TryPeek(out var first) ? first.Due : StoreClock.Never;

    private int Span => (int)(_end - _first);

    public bool TryPeek([NotNullWhen(true)] out T? first)
    {
        first = Count == 0 ? null : At(_first);
        return first is not null;
    }

    public void Add(T item)
    {
        if (Span == _ring.Length)
            Resize(SizeFor(Count + 1));
        Put(item);
    }

    public bool Contains(T item) => (uint)item.Place - _first < (uint)Span && ReferenceEquals(At((uint)item.Place), item);

    public bool Remove(T item)
    {
        if (!Contains(item))
            return false;
        At((uint)item.Place) = null;
        Count--;
        while (_first != _end && At(_first) is null)
            _first++;
        if (_ring.Length > SmallestRing && Count < _ring.Length / 4)
            Resize(SizeFor(Count));
        return true;
    }

    private static int SizeFor(int count) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(SmallestRing, count + (count / 2)));

    private ref T? At(uint position) => ref _ring[position & (uint)(_ring.Length - 1)];

    private void Put(T item)
    {
        item.Place = (int)_end;
        At(_end++) = item;
        Count++;
    }

    /// <summary>Moves what is left into another ring, without the empty places.</summary>
    private void Resize(int length)
    {
        var (ring, first, end) = (_ring, _first, _end);
        _ring = new T?[length];
        (_first, _end, Count) = (0, 0, 0);
        for (; first != end; first++)
        {
            if (ring[first & (uint)(ring.Length - 1)] is { } item)
                Put(item);
        }
    }
}
