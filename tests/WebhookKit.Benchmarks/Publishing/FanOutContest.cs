using WebhookKit.Benchmarks.Delivering;
using WebhookKit.Benchmarks.Running;

namespace WebhookKit.Benchmarks.Publishing;

/// <summary>Publishing to a thousand subscribers, against publishing a thousand times to one; nothing is sent.</summary>
internal sealed class FanOutContest : IContest
{
    private const int Subscribers = 1_000;
    private const int Deliveries = 200_000;
    private const string ToMany = "benchmark.many";
    private const string ToOne = "benchmark.one";

    public static Task<IContest> OpenAsync(BenchmarkPlace place, CancellationToken cancellationToken) => Task.FromResult<IContest>(new FanOutContest());

    public Task<Sample> SubjectAsync(CancellationToken cancellationToken) => PublishAsync(ToMany, Deliveries / Subscribers, cancellationToken);

    public async Task<Sample?> ReferenceAsync(CancellationToken cancellationToken) => await PublishAsync(ToOne, Deliveries, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Into an empty store each time, so that both find the same.</summary>
    private static async Task<Sample> PublishAsync(string eventType, int times, CancellationToken cancellationToken)
    {
        using var host = SenderHost.Build(_ => { }, [ToMany, ToOne], options =>
        {
            options.Dispatcher.Enabled = false;
            options.InMemory.MaxMessages = Deliveries;
            options.InMemory.MaxBytes = 1L << 30;
        });
        await host.StartAsync(cancellationToken);
        var subscriptions = host.Services.GetRequiredService<IWebhookSubscriptions>();
        for (var i = 0; i < Subscribers; i++)
            await subscriptions.CreateAsync(To(ToMany), cancellationToken);
        await subscriptions.CreateAsync(To(ToOne), cancellationToken);
        var publisher = host.Services.GetRequiredService<IWebhookPublisher>();
        var sample = await Sample.OfAsync(Deliveries, async () =>
        {
            for (var i = 0; i < times; i++)
                await publisher.PublishJsonAsync(eventType, Bodies.OneKibibyte, cancellationToken: cancellationToken);
        });
        await host.StopAsync(cancellationToken);
        return sample;
    }

    private static Subscription To(string eventType) => new() { Url = "https://receiver.example/hooks", Events = [EventPattern.Parse(eventType)] };
}
