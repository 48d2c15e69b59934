namespace WebhookKit.Testing.Harness;

/// <summary>Stands before the host's publisher: counts what is under way and keeps what was accepted.</summary>
internal sealed class HarnessPublisher(IWebhookPublisher inner, Stillness stillness, PublishLog log) : IWebhookPublisher
{
    public Task<PublishResult> PublishAsync<T>(T data, PublishOptions? options = null, CancellationToken cancellationToken = default) where T : notnull =>
        PublishAsync(() => inner.PublishAsync(data, options, cancellationToken), result => log.Add(data, options, result));

    public Task<PublishResult> PublishJsonAsync(
        string eventType, ReadOnlyMemory<byte> utf8Json, PublishOptions? options = null, CancellationToken cancellationToken = default) =>
        PublishAsync(
            () => inner.PublishJsonAsync(eventType, utf8Json, options, cancellationToken), result => log.AddJson(eventType, utf8Json, options, result));

    public Task<IReadOnlyList<PublishResult>> PublishManyAsync(IEnumerable<PublishRequest> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        var requests = events.ToArray();
        return PublishAsync(() => inner.PublishManyAsync(requests, cancellationToken), results =>
        {
            foreach (var (request, result) in requests.Zip(results))
            {
                if (request.Data is { } data)
                    log.Add(data, request.Options, result);
                else
                    log.AddJson(request.EventType!, request.JsonData, request.Options, result);
            }
        });
    }

    private async Task<T> PublishAsync<T>(Func<Task<T>> publish, Action<T> note)
    {
        stillness.BeginPublish();
        try
        {
            var result = await publish().ConfigureAwait(false);
            note(result);
            return result;
        }
        finally
        {
            stillness.EndPublish();
        }
    }
}
