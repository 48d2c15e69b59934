using System.Diagnostics.CodeAnalysis;

namespace WebhookKit.InMemory;

/// <summary>A dictionary that gives its memory back when most of it has been removed.</summary>
internal sealed class ShrinkingIndex<TKey, TValue>(IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
    where TValue : class
{
    private const int SmallestShrunk = 1_024;
    private readonly Dictionary<TKey, TValue> _items = new(comparer);

    public int Count => _items.Count;

    public IEnumerable<TValue> Values => _items.Values;

    public TValue this[TKey key]
    {
        set => _items[key] = value;
    }

    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value) => _items.TryGetValue(key, out value);

    /// <summary>Removes this value, unless another took its place.</summary>
    public void Remove(TKey key, TValue value)
    {
        if (!_items.TryGetValue(key, out var found) || !ReferenceEquals(found, value))
            return;
        _items.Remove(key);
        if (_items.Capacity > SmallestShrunk && _items.Count < _items.Capacity / 4)
            _items.TrimExcess(_items.Count * 2);
    }
}
