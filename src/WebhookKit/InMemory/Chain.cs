namespace WebhookKit.InMemory;

/// <summary>Items in the order they came, linked through themselves: any of them can be taken out, and reading can go on after a pause.</summary>
internal struct Chain<T, TPlace>
    where T : class
    where TPlace : IChainPlace<T>
{
    public T? Newest { get; private set; }

    public T? Oldest { get; private set; }

    public void Add(T item)
    {
        TPlace.Of(item).Older = Newest;
        if (Newest is null)
            Oldest = item;
        else
            TPlace.Of(Newest).Newer = item;
        Newest = item;
    }

    public void Remove(T item)
    {
        var (older, newer) = (TPlace.Of(item).Older, TPlace.Of(item).Newer);
        if (older is null)
            Oldest = newer;
        else
            TPlace.Of(older).Newer = newer;
        if (newer is null)
            Newest = older;
        else
            TPlace.Of(newer).Older = older;
        TPlace.Of(item).Newer = null;
    }
}
