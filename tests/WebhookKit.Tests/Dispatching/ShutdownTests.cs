using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WebhookKit.Dispatching;
using WebhookKit.InMemory;
using WebhookKit.Testing;

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

    [Fact]
    public async Task A_service_that_uses_up_the_hosts_patience_costs_nothing_that_was_settled_or_leased()
    {
        await using var receiver = await TestReceiver.StartAsync();
        receiver.Answer("s", (_, context) => new TaskCompletionSource().Task.WaitAsync(context.RequestAborted));
        var store = new StoreProbe(new InMemoryStore(new InMemoryStoreOptions(), TimeProvider.System));
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(6));
        builder.Services.AddWebhooks(o =>
        {
            o.Egress.AllowHttpToLoopback = true;
            o.Dispatcher.ShutdownGrace = TimeSpan.FromSeconds(1);
            o.Sending.Timeout = o.Sending.ConnectTimeout = TimeSpan.FromSeconds(60);
        }).AddEvent("thing.happened").UseStore(_ => store);
        builder.Services.AddHostedService<PatientService>();
        using var host = builder.Build();
        host.Services.GetServices<IHostedService>().OfType<DispatchService>().Single().HostTime = new PatientTime();
        await host.StartAsync();
        await host.Services.GetRequiredService<IWebhookSubscriptions>()
            .CreateAsync(new Subscription { Url = receiver.UrlOf("s"), Events = [EventPattern.All] });
        for (var i = 0; i < 10; i++)
            await host.Services.GetRequiredService<IWebhookPublisher>().PublishJsonAsync("thing.happened", "{}"u8.ToArray());
        await receiver.UntilAsync(() => receiver.Requests.Length == 2);

        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await host.StopAsync(patience.Token);

        store.Settled.Select(s => s.Settlement.Action).Should().Equal(SettlementAction.Abandon, SettlementAction.Abandon);
        store.Held.Should().Be(0);
        var next = await store.LeaseAsync(
            new LeaseRequest { Worker = "next", MaxLanes = 1, MaxDeliveriesPerLane = 64, Lease = TimeSpan.FromSeconds(45) }, default);
        next.Lanes.Should().ContainSingle().Which.Deliveries.Should().HaveCount(10, "the lane was released, not left to expire");
    }

    [Fact]
    public async Task A_host_that_fails_to_start_leaves_nothing_that_leases()
    {
        var store = new StoreProbe(new InMemoryStore(new InMemoryStoreOptions(), TimeProvider.System));
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddWebhooks().AddEvent("thing.happened").UseStore(_ => store);
        builder.Services.AddHostedService<FailingService>();
        var ended = new TaskCompletionSource();
        store.Cancelled = () => ended.TrySetResult();
        var asked = new TaskCompletionSource();
        store.Before = call => asked.TrySetResult();
        var host = builder.Build();
        await FluentActions.Invoking(() => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>();
        await asked.Task.WaitAsync(Happenings.Deadline);

        host.Dispose();

        await ended.Task.WaitAsync(Happenings.Deadline);
    }

    [Theory]
    [InlineData("settle")]
    [InlineData("release")]
    public async Task A_store_that_hangs_does_not_keep_the_stop_beyond_its_time(string call)
    {
        var grace = TimeSpan.FromSeconds(10);
        var never = new TaskCompletionSource();
        var hangs = new TaskCompletionSource();
        await using var receiver = await TestReceiver.StartAsync();
        var host = await SenderHost.StartAsync(o => o.Dispatcher.ShutdownGrace = grace);
        var patience = new ElapsingTime();
        host.StopBy(patience);
        host.Store.Delays = called =>
        {
            if (called != call)
                return Task.CompletedTask;
            hangs.TrySetResult();
            return never.Task;
        };
        await host.SubscribeAsync(receiver.UrlOf("s"));
        await host.PublishAsync();
        await hangs.Task.WaitAsync(Happenings.Deadline);

        await host.StopAsync().WaitAsync(Happenings.Deadline);

        patience.Waited.Should().BeGreaterThan(grace, "the store hung all the while").And.BeLessThanOrEqualTo(grace + TimeSpan.FromSeconds(5));
        DispatchService.ReleaseTime.Should().Be(TimeSpan.FromSeconds(5), "this is what the options promise and what is asked of the host's timeout");
        never.SetResult();
        await host.DisposeAsync();
    }

    private static async Task<int> CountAsync(InMemoryStore store, DeliveryStatus status) =>
        (await store.ListDeliveriesAsync(new DeliveryQuery { AllTenants = true, Status = status, Limit = 1000 }, default)).Items.Count;

    private static async Task<List<Attempt>> AttemptsAsync(InMemoryStore store)
    {
        var attempts = new List<Attempt>();
        foreach (var delivery in (await store.ListDeliveriesAsync(new DeliveryQuery { AllTenants = true, Limit = 1000 }, default)).Items)
            attempts.AddRange(await store.ListAttemptsAsync(delivery.Id, default));
        return attempts;
    }

    /// <summary>Every wait is over at once; what it would have taken is added up.</summary>
    private sealed class ElapsingTime : TimeProvider
    {
        private long _waited;

        public TimeSpan Waited => TimeSpan.FromTicks(Interlocked.Read(ref _waited));

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Add(ref _waited, dueTime.Ticks);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }

    /// <summary>Stops only when the host's patience is over.</summary>
    private sealed class PatientService : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken) =>
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private sealed class FailingService : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("The host's own.");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
