using WebhookKit.Benchmarks.Running;

namespace WebhookKit.Benchmarks.Queueing;

/// <summary>The memory of deliveries that wait: a million of them, a hundred of each message, with the messages.</summary>
internal sealed class BytesContest : IContest
{
    private const int Deliveries = 1_000_000;
    private const int Subscriptions = 100;

    public static Task<IContest> OpenAsync(BenchmarkPlace place, CancellationToken cancellationToken) => Task.FromResult<IContest>(new BytesContest());

    public async Task<Sample> SubjectAsync(CancellationToken cancellationToken)
    {
        await using var filler = await QueueFiller.OpenAsync(_ => { }, Subscriptions, cancellationToken);
        // What is made once, whatever waits.
        await filler.FillAsync(Subscriptions, cancellationToken);
        Sample.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await filler.FillAsync(Deliveries, cancellationToken);
        Sample.Collect();
        var after = GC.GetTotalMemory(forceFullCollection: true);
        return new Sample(Deliveries, TimeSpan.Zero, Allocated: after - before);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
