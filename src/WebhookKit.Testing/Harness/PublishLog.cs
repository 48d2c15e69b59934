namespace WebhookKit.Testing.Harness;

/// <summary>Every event that was accepted, in their order.</summary>
internal sealed class PublishLog
{
    private readonly Lock _lock = new();
    private readonly List<(string? EventType, object Data, PublishOptions Options, PublishResult Result)> _events = [];

    public void Add(object data, PublishOptions? options, PublishResult result) => Add(eventType: null, data, options, result);

    public void AddJson(string eventType, ReadOnlyMemory<byte> utf8Json, PublishOptions? options, PublishResult result) =>
        Add(eventType, (ReadOnlyMemory<byte>)utf8Json.ToArray(), options, result);

    public IReadOnlyList<PublishedEvent<T>> Of<T>()
    {
        lock (_lock)
            return [.. _events.Where(e => e.EventType is null && e.Data is T).Select(e => Published<T>(e.Data, e.Options, e.Result))];
    }

    public IReadOnlyList<PublishedEvent<ReadOnlyMemory<byte>>> OfJson(string eventType)
    {
        lock (_lock)
        {
            return
            [
                .. _events.Where(e => string.Equals(e.EventType, eventType, StringComparison.Ordinal))
                    .Select(e => Published<ReadOnlyMemory<byte>>(e.Data, e.Options, e.Result)),
            ];
        }
    }

    private static PublishedEvent<T> Published<T>(object data, PublishOptions options, PublishResult result) =>
        new() { Data = (T)data, Options = options, Result = result };

    private void Add(string? eventType, object data, PublishOptions? options, PublishResult result)
    {
        lock (_lock)
            _events.Add((eventType, data, options ?? new PublishOptions(), result));
    }
}
