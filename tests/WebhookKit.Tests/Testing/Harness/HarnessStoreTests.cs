using WebhookKit.InMemory;
using WebhookKit.Testing;
using WebhookKit.Testing.Harness;
using WebhookKit.Tests.Testing.Time;

namespace WebhookKit.Tests.Testing.Harness;

public sealed class HarnessStoreTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly VirtualClock _clock = new();
    private readonly LeapingTime _time;
    private readonly InMemoryStore _inner;

    public HarnessStoreTests()
    {
        _time = new LeapingTime(_clock);
        _inner = new InMemoryStore(new InMemoryStoreOptions(), _clock);
    }

    public void Dispose() => _inner.Dispose();

    [Theory]
    [InlineData(4)]
    [InlineData(10)]
    public async Task A_lane_is_given_in_time_when_time_leapt_while_the_wait_began(int seconds)
    {
        var store = Store(isUnderHarness: false);
        await EnqueueAsync(store, delay: 10 * Second);
        _time.LeapBeforeTimer(seconds * Second);
        var leasing = LeaseAsync(store);

        _clock.Advance((10 - seconds) * Second);

        (await leasing.WaitAsync(TimeSpan.FromSeconds(30))).Lanes.Should().HaveCount(1);
    }

    [Fact]
    public async Task Time_stops_where_a_lane_is_due_when_it_leapt_while_the_wait_began()
    {
        var store = Store(isUnderHarness: true);
        await EnqueueAsync(store, delay: 10 * Second);
        var leasing = LeaseAsync(store);
        _time.LeapBeforeTimer(4 * Second);
        store.Let().Should().BeTrue();

        SpinWait.SpinUntil(() => _clock.NextTimerDue == 6 * Second, TimeSpan.FromSeconds(30)).Should().BeTrue();
        _clock.AdvanceToNextTimer(60 * Second);
        SpinWait.SpinUntil(store.Let, TimeSpan.FromSeconds(30)).Should().BeTrue();

        (await leasing.WaitAsync(TimeSpan.FromSeconds(30))).Lanes.Should().HaveCount(1);
    }

    private static async Task EnqueueAsync(HarnessStore store, TimeSpan delay)
    {
        var (id, lane) = (Guid.CreateVersion7(), new Guid(1, 0, 0, new byte[8]));
        var message = new WebhookMessage
        {
            Id = id, PublicId = $"msg_{id:N}", EventType = "test.happened", Timestamp = DateTimeOffset.UnixEpoch, Data = new byte[10],
        };
        var target = new DeliveryTarget { Lane = new LaneId(lane), Subscription = new SubscriptionId(lane), Delay = delay };
        await store.EnqueueAsync([new EnqueueRequest { Message = message, Targets = [target] }], CancellationToken.None);
    }

    private static Task<LeaseResult> LeaseAsync(HarnessStore store) => store.LeaseAsync(
        new LeaseRequest { Worker = "test", MaxLanes = 1, MaxDeliveriesPerLane = 1, Lease = 30 * Second, MaxWait = 60 * Second },
        CancellationToken.None).AsTask();

    private HarnessStore Store(bool isUnderHarness) => new(_inner, new Stillness(), new HandedOut(), _time, isUnderHarness);
}
