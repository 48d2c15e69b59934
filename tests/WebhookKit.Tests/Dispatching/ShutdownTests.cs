using WebhookKit.InMemory;
using WebhookKit.Tests.Time;

namespace WebhookKit.Tests.Dispatching;

public sealed class ShutdownTests
{
    [Fact]
    public async Task A_stop_in_the_middle_of_sends_loses_nothing_and_leaves_every_lane_due_at_once()
    {
        const int lanes = 10;
        const int events = 30;
        var clock = new VirtualClock();
        var store = new InMemoryStore(new InMemoryStoreOptions(), clock);
        var subscriptions = new InMemorySubscriptionStore();
        await using var receiver = await TestReceiver.StartAsync();
        var hang = new TaskCompletionSource();
        await using (var host = await SenderHost.StartAsync(configure: null, clock, store, subscriptions))
        {
            for (var i = 0; i < lanes; i++)
            {
                var path = $"s{i}";
                await host.SubscribeAsync(receiver.UrlOf(path));
                var count = 0;
                receiver.Answer(path, (_, context) => Interlocked.Increment(ref count) <= 5 ? Task.CompletedTask : hang.Task.WaitAsync(context.RequestAborted));
            }

            for (var i = 0; i < events; i++)
                await host.PublishAsync();
            await receiver.UntilAsync(() => Enumerable.Range(0, lanes).All(i => receiver.RequestsTo($"s{i}").Length > 5));
            await host.Store.UntilAsync(() => host.Store.Settled.Any(s => s.Settlement.Action == SettlementAction.Delivered));

            await host.StopAsync();
        }

        var depth = await store.MeasureAsync(default);
        var delivered = await CountAsync(store, DeliveryStatus.Delivered);
        delivered.Should().BeInRange(1, lanes * 5);
        depth.Waiting.Should().Be((lanes * events) - delivered, "what was not delivered still waits");
        depth.Due.Should().Be(depth.Waiting);
        (await AttemptsAsync(store)).Where(a => a.Outcome != AttemptOutcome.Delivered)
            .Should().NotBeEmpty().And.OnlyContain(a => a.Outcome == AttemptOutcome.Cancelled, "our stopping is not charged to the receiver");

        hang.SetResult();
        await using var next = await SenderHost.StartAsync(configure: null, clock, store, subscriptions);
        await next.Store.UntilEmptyAsync();
        (await CountAsync(store, DeliveryStatus.Delivered)).Should().Be(lanes * events);
        for (var i = 0; i < lanes; i++)
            receiver.RequestsTo($"s{i}").Select(r => r.Id).Distinct().Should().HaveCount(events);
    }

    [Fact]
    public async Task Requests_in_flight_get_their_grace_and_count()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var letGo = new TaskCompletionSource();
        receiver.Answer("slow", (_, _) => letGo.Task);
        var store = new InMemoryStore(new InMemoryStoreOptions(), TimeProvider.System);
        var host = await SenderHost.StartAsync(o => o.Dispatcher.ShutdownGrace = TimeSpan.FromSeconds(10), clock: null, store);
        await host.SubscribeAsync(receiver.UrlOf("slow"));
        await host.PublishAsync();
        await receiver.UntilAsync(() => receiver.Requests.Length == 1);

        var stopping = host.StopAsync();
        stopping.IsCompleted.Should().BeFalse();
        letGo.SetResult();
        await stopping;

        (await host.DeliveryAsync()).Status.Should().Be(DeliveryStatus.Delivered);
        await host.DisposeAsync();
    }

    [Fact]
    public async Task What_is_published_while_the_host_stops_waits_for_the_next_start()
    {
        await using var receiver = await TestReceiver.StartAsync();
        var store = new InMemoryStore(new InMemoryStoreOptions(), TimeProvider.System);
        var host = await SenderHost.StartAsync(configure: null, clock: null, store);
        await host.SubscribeAsync(receiver.UrlOf("s"));
        await host.StopAsync();

        await host.PublishAsync();

        (await store.MeasureAsync(default)).Due.Should().Be(1);
        receiver.Requests.Should().BeEmpty();
        await host.DisposeAsync();
    }

    private static async Task<int> CountAsync(InMemoryStore store, DeliveryStatus status) =>
        (await store.ListDeliveriesAsync(new DeliveryQuery { Status = status, Limit = 1000 }, default)).Items.Count;

    private static async Task<List<Attempt>> AttemptsAsync(InMemoryStore store)
    {
        var attempts = new List<Attempt>();
        foreach (var delivery in (await store.ListDeliveriesAsync(new DeliveryQuery { Limit = 1000 }, default)).Items)
            attempts.AddRange(await store.ListAttemptsAsync(delivery.Id, default));
        return attempts;
    }
}
