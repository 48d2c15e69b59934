using System.Globalization;
using WebhookKit.Benchmarks.Delivering;
using WebhookKit.Benchmarks.Running;

namespace WebhookKit.Benchmarks.Matching;

/// <summary>Finding ten subscriptions among a hundred thousand, against finding ten among a hundred.</summary>
internal sealed class MatchContest(ISubscriptionStore many, ISubscriptionStore few) : IContest
{
    private const int Matches = 10;
    private const int Times = 200_000;
    private static readonly EventToMatch[] Event = [new() { EventType = "benchmark.matched" }];

    public static async Task<IContest> OpenAsync(BenchmarkPlace place, CancellationToken cancellationToken) =>
        new MatchContest(await StoreAsync(100_000, cancellationToken), await StoreAsync(100, cancellationToken));

    public Task<Sample> SubjectAsync(CancellationToken cancellationToken) => MatchAsync(many, cancellationToken);

    public async Task<Sample?> ReferenceAsync(CancellationToken cancellationToken) => await MatchAsync(few, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<ISubscriptionStore> StoreAsync(int subscriptions, CancellationToken cancellationToken)
    {
        var store = SenderHost.Build(_ => { }, [Event[0].EventType]).Services.GetRequiredService<ISubscriptionStore>();
        for (var i = 0; i < subscriptions; i++)
        {
            var pattern = i < Matches ? Event[0].EventType : string.Create(CultureInfo.InvariantCulture, $"other{i % 1_000}.*");
            var subscription = new Subscription
            {
                Id = SubscriptionId.New(TimeProvider.System), Url = "https://receiver.example/hooks", Events = [EventPattern.Parse(pattern)],
            };
            await store.AddAsync(subscription, cancellationToken);
        }

        return store;
    }

    private static Task<Sample> MatchAsync(ISubscriptionStore store, CancellationToken cancellationToken) => Sample.OfAsync(Times, async () =>
    {
        for (var i = 0; i < Times; i++)
        {
            if ((await store.MatchAsync(Event, cancellationToken))[0].Count != Matches)
                throw new InvalidOperationException("Not what was to be found.");
        }
    });
}
