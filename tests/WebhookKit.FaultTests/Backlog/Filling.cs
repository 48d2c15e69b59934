using System.Diagnostics;

namespace WebhookKit.FaultTests.Backlog;

/// <summary>Publishes events, each to one subscription of many, in batches and several at once.</summary>
internal sealed class Filling(IWebhookPublisher publisher, IReadOnlyList<SubscriptionId> subscriptions)
{
    public const string EventType = "backlog.filled";

    private const int Batch = 250;
    private const int Publishers = 4;

    private static readonly byte[] Data = System.Text.Encoding.UTF8.GetBytes($$"""{"note":"{{new string('x', 200)}}"}""");

    private long _accepted;
    private int _next;

    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Publishes that many events; answers with how many it were in a second.</summary>
    public async Task<double> PublishAsync(int events, CancellationToken cancellationToken)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Publishers, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, (events + Batch - 1) / Batch, options, async (batch, token) =>
        {
            var requests = Enumerable.Range(0, Math.Min(Batch, events - batch * Batch)).Select(_ => PublishRequest.Json(EventType, Data, ToNext())).ToList();
            var results = await publisher.PublishManyAsync(requests, token);
            Interlocked.Add(ref _accepted, results.Sum(result => result.Targets));
        });
        return events / Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
    }

    private PublishOptions ToNext() => new() { Subscriptions = [subscriptions[(int)((uint)Interlocked.Increment(ref _next) % (uint)subscriptions.Count)]] };
}
