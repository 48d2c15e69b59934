using WebhookKit.Benchmarks.Running;
using WebhookKit.FaultTests.Stores;

namespace WebhookKit.Benchmarks.Queueing;

/// <summary>Two nodes on one queue, against one of them alone. The nodes share this process; nothing is sent.</summary>
internal sealed class NodesContest(QueueFiller first, QueueFiller second) : IContest
{
    private const int Subscriptions = 100;
    private const int Deliveries = 20_000;
    private const int WorkersPerNode = 4;

    public static async Task<IContest> OpenAsync(BenchmarkPlace place, CancellationToken cancellationToken)
    {
        var store = await place.NewStoreAsync(StoreKind.PostgreSql, cancellationToken);
        var first = await QueueFiller.OpenAsync(store, Subscriptions, cancellationToken);
        return new NodesContest(first, await QueueFiller.OpenAsync(store, subscriptions: 0, cancellationToken));
    }

    public Task<Sample> SubjectAsync(CancellationToken cancellationToken) => WorkAsync([first, second], cancellationToken);

    public async Task<Sample?> ReferenceAsync(CancellationToken cancellationToken) => await WorkAsync([first], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await first.DisposeAsync();
        await second.DisposeAsync();
    }

    private async Task<Sample> WorkAsync(QueueFiller[] nodes, CancellationToken cancellationToken)
    {
        // Twice what is measured, so that no worker runs out of lanes.
        await first.FillAsync(2 * Deliveries, cancellationToken);
        var settled = 0;
        var workers = nodes.SelectMany((node, n) => Enumerable.Range(0, WorkersPerNode).Select(w => new QueueWorker(node.Queue, $"node-{n}-{w}"))).ToList();
        var sample = await Sample.OfAsync(Deliveries, () => Task.WhenAll(workers.Select(worker => Task.Run(async () =>
        {
            while (Volatile.Read(ref settled) < Deliveries)
                Interlocked.Add(ref settled, await worker.WorkAsync(cancellationToken));
        }))));
        var rest = new QueueWorker(first.Queue, "rest");
        while (await rest.WorkAsync(cancellationToken) > 0)
        {
            // The next sample begins with as much as this one.
        }

        return sample with { Count = settled };
    }
}
