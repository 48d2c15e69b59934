using System.Diagnostics;
using WebhookKit.Benchmarks.Running;
using WebhookKit.FaultTests.Stores;

namespace WebhookKit.Benchmarks.Queueing;

/// <summary>
/// Leasing and settling with a million deliveries waiting, against the same with a thousand waiting. What is settled is made up for, unmeasured.
/// </summary>
internal sealed class BacklogContest(QueueFiller many, QueueFiller few) : IContest
{
    private const int Subscriptions = 20;
    private const int Many = 1_000_000;
    private const int Few = 1_000;
    private const int Turns = 40;

    public static Func<BenchmarkPlace, CancellationToken, Task<IContest>> Open(StoreKind store) => async (place, cancellationToken) =>
    {
        var many = await QueueFiller.OpenAsync(await place.NewStoreAsync(store, cancellationToken), Subscriptions, cancellationToken);
        var few = await QueueFiller.OpenAsync(await place.NewStoreAsync(store, cancellationToken), Subscriptions, cancellationToken);
        await many.FillAsync(Many, cancellationToken);
        await few.FillAsync(Few, cancellationToken);
        return new BacklogContest(many, few);
    };

    public Task<Sample> SubjectAsync(CancellationToken cancellationToken) => WorkAsync(many, cancellationToken);

    public async Task<Sample?> ReferenceAsync(CancellationToken cancellationToken) => await WorkAsync(few, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await many.DisposeAsync();
        await few.DisposeAsync();
    }

    private static async Task<Sample> WorkAsync(QueueFiller filler, CancellationToken cancellationToken)
    {
        var worker = new QueueWorker(filler.Queue, "backlog");
        var elapsed = TimeSpan.Zero;
        var settled = 0;
        for (var turn = 0; turn < Turns; turn++)
        {
            var startedAt = Stopwatch.GetTimestamp();
            settled += await worker.WorkAsync(cancellationToken);
            elapsed += Stopwatch.GetElapsedTime(startedAt);
            await filler.FillAsync(QueueWorker.Turn, cancellationToken);
        }

        return settled == Turns * QueueWorker.Turn
            ? new Sample(settled, elapsed)
            : throw new InvalidOperationException($"{settled} were settled, not {Turns * QueueWorker.Turn}.");
    }
}
