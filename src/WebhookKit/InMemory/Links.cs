namespace WebhookKit.InMemory;

/// <summary>
/// The neighbours of an item in a <see cref="Chain{T, TPlace}"/>. Those of a forgotten item still lead on to the older ones, for whoever was reading there.
/// </summary>
internal struct Links<T> where T : class
{
    public T? Older;

    public T? Newer;
}
