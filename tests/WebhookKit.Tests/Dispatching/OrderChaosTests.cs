using System.Collections.Concurrent;
using WebhookKit.InMemory;

namespace WebhookKit.Tests.Dispatching;

/// <summary>Order under everything at once: refusals, broken connections, a store that fails before and after it took effect, two nodes.</summary>
public sealed class OrderChaosTests
{
    private const int Events = 60;

    private readonly ConcurrentQueue<string> _overtaken = new();
    private readonly Random _dice = new(7);
    private int _calls;

    [Fact]
    public async Task Order_survives_failures_of_receivers_store_and_nodes()
    {
        string[] lanes = ["a", "b", "c", "d"];
        await using var receiver = await TestReceiver.StartAsync();
        var store = new InMemoryStore(new InMemoryStoreOptions(), TimeProvider.System);
        var subscriptions = new InMemorySubscriptionStore();
        await using var one = await SenderHost.StartAsync(Configure, clock: null, store, subscriptions);
        await using var two = await SenderHost.StartAsync(Configure, clock: null, store, subscriptions);
        foreach (var lane in lanes)
        {
            AnswerBadly(receiver, lane);
            await one.SubscribeAsync(receiver.UrlOf(lane), s => s with
            {
                Order = lane is "a" or "b" ? DeliveryOrder.SkipExhausted : DeliveryOrder.BlockOnExhausted, Envelope = Envelope.Bare,
            });
        }

        Disturb(one.Store);
        Disturb(two.Store);
        for (var n = 0; n < Events; n++)
            await OrderTests.PublishAsync(one, n);
        // Each sees only what itself does; the last settlement is seen by one of them.
        await await Task.WhenAny(one.Store.UntilAsync(HasDrained), two.Store.UntilAsync(HasDrained));

        _overtaken.Should().BeEmpty();
        foreach (var lane in lanes)
            receiver.RequestsTo(lane).Select(OrderTests.Number).Distinct().Should().Equal(Enumerable.Range(0, Events));
    }

    private static void Configure(WebhookOptions o) =>
        o.Subscriptions.Retry = RetryPolicy.UntilAccepted(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5));

    private static async ValueTask<bool> HasDrained(IWebhookStore store) => (await store.MeasureAsync(default)).Waiting == 0;

    private void AnswerBadly(TestReceiver receiver, string path)
    {
        var accepted = -1;
        receiver.Answer(path, async (request, context) =>
        {
            var n = OrderTests.Number(request);
            if (n > Volatile.Read(ref accepted) + 1)
                _overtaken.Enqueue($"{path}: {n} came after {accepted}");
            await Task.Yield();
            switch (Roll())
            {
                case < 3:
                    context.Response.StatusCode = 500;
                    break;
                case 3:
                    context.Abort();
                    break;
                default:
                    Interlocked.CompareExchange(ref accepted, n, n - 1);
                    break;
            }
        });
    }

    private void Disturb(StoreProbe store)
    {
        store.Before = call =>
        {
            if (call is "refill" or "release" && Interlocked.Increment(ref _calls) % 17 == 0)
                throw new IOException("A deadlock.");
        };
        store.After = call =>
        {
            if (call == "settle" && Interlocked.Increment(ref _calls) % 19 == 0)
                throw new IOException("The connection broke after the commit.");
        };
    }

    private int Roll()
    {
        lock (_dice)
            return _dice.Next(10);
    }
}
