namespace WebhookKit.InMemory;

/// <summary>Where an item keeps its neighbours in one of the chains it stands in.</summary>
internal interface IChainPlace<T> where T : class
{
    static abstract ref Links<T> Of(T item);
}
