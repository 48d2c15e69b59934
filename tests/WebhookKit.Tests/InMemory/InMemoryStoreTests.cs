using WebhookKit.InMemory;
using WebhookKit.Testing;

namespace WebhookKit.Tests.InMemory;

/// <summary>A store with options of the test's choosing, and shorthand for working it.</summary>
public abstract class InMemoryStoreTests : IDisposable
{
    private protected VirtualClock Clock { get; } = new();

    private protected InMemoryStore Store { get; private set; } = null!;

    public void Dispose()
    {
        Store?.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected void Open(Action<InMemoryStoreOptions>? configure = null)
    {
        var options = new InMemoryStoreOptions();
        configure?.Invoke(options);
        Store = new InMemoryStore(options, Clock);
    }

    private protected static LaneId Lane(int number) => new(new Guid(number, 0, 0, new byte[8]));

    private protected static EnqueueRequest Request(int lane = 1, int targets = 1, int bytes = 10, TimeSpan delay = default)
    {
        var id = Guid.CreateVersion7();
        var message = new WebhookMessage
        {
            Id = id, PublicId = $"msg_{id:N}", EventType = "test.happened", Timestamp = DateTimeOffset.UnixEpoch, Data = new byte[bytes],
        };
        var target = new DeliveryTarget { Lane = Lane(lane), Subscription = new SubscriptionId(Lane(lane).Value), Delay = delay };
        return new EnqueueRequest { Message = message, Targets = [.. Enumerable.Repeat(target, targets)] };
    }

    private protected async Task<EnqueueOutcome[]> EnqueueAsync(params EnqueueRequest[] requests) =>
        [.. (await Store.EnqueueAsync(requests, CancellationToken.None)).Select(result => result.Outcome)];

    private protected async Task<LeaseResult> LeaseAsync(TimeSpan wait = default) => await Store.LeaseAsync(
        new LeaseRequest { Worker = "test", MaxLanes = 10, MaxDeliveriesPerLane = 100, Lease = TimeSpan.FromSeconds(30), MaxWait = wait },
        CancellationToken.None);

    /// <summary>Leases what is due, settles it, and releases the lanes; answers with how many deliveries that were.</summary>
    private protected async Task<int> WorkAsync(Func<LeasedLane, LeasedDelivery, Settlement>? settle = null)
    {
        var lanes = (await LeaseAsync()).Lanes;
        foreach (var lane in lanes)
        {
            await Store.SettleAsync([.. lane.Deliveries.Select(delivery => (settle ?? Settlements.Delivered)(lane, delivery))], CancellationToken.None);
            await Store.ReleaseAsync([new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = lane.State }], CancellationToken.None);
        }

        return lanes.Sum(lane => lane.Deliveries.Count);
    }

    private protected async Task<IReadOnlyList<DeliveryRecord>> ListAsync() =>
        (await Store.ListDeliveriesAsync(new DeliveryQuery { AllTenants = true, Limit = 1000 }, CancellationToken.None)).Items;

    private protected async Task<long> WaitingAsync() => (await Store.MeasureAsync(CancellationToken.None)).Waiting;
}
