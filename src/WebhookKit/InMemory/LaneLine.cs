namespace WebhookKit.InMemory;

/// <summary>
/// The deliveries waiting in one lane. Each stands in one of three places: scheduled for later, ready, or given out under the current lease.
/// What has become due moves from scheduled to ready when somebody looks.
/// </summary>
internal sealed class LaneLine
{
    private readonly DueHeap<StoredDelivery> _scheduled = new();
    private readonly DueHeap<StoredDelivery> _ready = new();
    private readonly DueHeap<StoredDelivery> _givenOut = new();

    public int Count => _scheduled.Count + _ready.Count + _givenOut.Count;

    public bool IsEmpty => Count == 0;

    /// <summary>The one that is due first, given out or not; null if it is empty.</summary>
    public StoredDelivery? Head => Earlier(Earlier(First(_scheduled), First(_ready)), First(_givenOut));

    /// <summary>When its earliest delivery is due; never if it is empty.</summary>
    public long EarliestDue => Math.Min(_scheduled.FirstDue, Math.Min(_ready.FirstDue, _givenOut.FirstDue));

    public void Add(StoredDelivery delivery, long now) => (delivery.Due <= now ? _ready : _scheduled).Add(delivery);

    public void Remove(StoredDelivery delivery) => _ = _givenOut.Remove(delivery) || _ready.Remove(delivery) || _scheduled.Remove(delivery);

    public int CountDue(long now)
    {
        Promote(now);
        return _ready.Count + _givenOut.Count;
    }

    /// <summary>Gives out what is due, earliest first, but nothing that the refill of this number (if any) named.</summary>
    public List<StoredDelivery> GiveOut(int most, long now, long? exceptNamedBy)
    {
        Promote(now);
        var given = new List<StoredDelivery>(Math.Min(most, _ready.Count));
        List<StoredDelivery>? passedOver = null;
        while (given.Count < most && _ready.TryPeek(out var first))
        {
            _ready.Remove(first);
            if (first.NamedBy == exceptNamedBy)
                (passedOver ??= []).Add(first);
            else
                given.Add(first);
        }

        foreach (var delivery in given)
            _givenOut.Add(delivery);
        passedOver?.ForEach(_ready.Add);
        return given;
    }

    /// <summary>Takes back what was given out, but not what the refill of this number (if any) named.</summary>
    public void TakeBack(long? exceptNamedBy)
    {
        List<StoredDelivery>? returned = null;
        foreach (var delivery in _givenOut.Items)
        {
            if (delivery.NamedBy != exceptNamedBy)
                (returned ??= []).Add(delivery);
        }

        returned?.ForEach(delivery =>
        {
            _givenOut.Remove(delivery);
            _ready.Add(delivery);
        });
    }

    private static StoredDelivery? First(DueHeap<StoredDelivery> heap) => heap.TryPeek(out var first) ? first : null;

    private static StoredDelivery? Earlier(StoredDelivery? one, StoredDelivery? other) =>
        one is null || (other is not null && other.IsBefore(one)) ? other : one;

    private void Promote(long now)
    {
        while (_scheduled.TryPeek(out var first) && first.Due <= now)
        {
            _scheduled.Remove(first);
            _ready.Add(first);
        }
    }
}
