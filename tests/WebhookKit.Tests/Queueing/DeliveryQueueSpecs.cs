using WebhookKit.Testing;

using System.Text;

namespace WebhookKit.Tests.Queueing;

/// <summary>
/// What every store must do, whatever it is made of. Each topic is an abstract class; a provider inherits every one of them for its fixture, and nothing here
/// knows more of a store than its contract.
/// </summary>
public abstract class DeliveryQueueSpecs<TFixture> : IAsyncLifetime where TFixture : StoreFixture, new()
{
    protected static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    protected static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    /// <summary>How long a signal may take in real time before a test fails.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    protected StoreFixture Fixture { get; } = new TFixture();

    protected IWebhookStore Store => Fixture.Store!;

    public Task InitializeAsync() => Fixture.StartAsync().AsTask();

    public Task DisposeAsync() => Fixture.DisposeAsync().AsTask();

    protected static LaneId Lane(int number) => new(new Guid(number, 0, 0, new byte[8]));

    protected static EnqueueRequest Request(int lane, TimeSpan delay = default) => Request([Target(lane, delay)]);

    protected static EnqueueRequest Request(params DeliveryTarget[] targets)
    {
        var id = Guid.CreateVersion7();
        var message = new WebhookMessage
        {
            Id = id,
            PublicId = $"msg_{id:N}",
            Tenant = "acme",
            EventType = "test.happened",
            Timestamp = DateTimeOffset.UnixEpoch,
            Data = Encoding.UTF8.GetBytes("""{"n":1}"""),
        };
        return new EnqueueRequest(message, targets);
    }

    protected static DeliveryTarget Target(int lane, TimeSpan delay = default) =>
        new() { Lane = Lane(lane), Subscription = new SubscriptionId(Lane(lane).Value), Delay = delay };

    protected ValueTask AdvanceAsync(TimeSpan by) => Fixture.AdvanceAsync(by);

    protected async Task<IReadOnlyList<EnqueueResult>> EnqueueAsync(params EnqueueRequest[] requests) =>
        await Store.EnqueueAsync(requests, CancellationToken.None);

    /// <summary>Enqueues messages to one lane and gives their ids.</summary>
    protected async Task<Guid[]> PublishAsync(int lane, int count = 1, TimeSpan delay = default)
    {
        var requests = Enumerable.Range(0, count).Select(_ => Request(lane, delay)).ToArray();
        await EnqueueAsync(requests);
        return [.. requests.Select(request => request.Message.Id)];
    }

    protected async Task<LeaseResult> LeaseAsync(
        int lanes = 10, int deliveries = 10, TimeSpan? lease = null, TimeSpan wait = default, CancellationToken cancellationToken = default) =>
        await Store.LeaseAsync(
            new LeaseRequest { Worker = "spec", MaxLanes = lanes, MaxDeliveriesPerLane = deliveries, Lease = lease ?? LeaseTime, MaxWait = wait },
            cancellationToken);

    protected async Task<LeasedLane> LeaseOneAsync(int deliveries = 10) => (await LeaseAsync(1, deliveries)).Lanes.Should().ContainSingle().Subject;

    protected async Task<LaneRefillResult> RefillAsync(LeasedLane lane, int quota, params LeasedDelivery[] inFlight)
    {
        var request = new LaneRefill { Lane = lane.Lane, Token = lane.Token, Quota = quota, InFlight = [.. inFlight.Select(delivery => delivery.Id)] };
        return (await Store.RefillAsync([request], CancellationToken.None)).Should().ContainSingle().Subject;
    }

    protected async Task<SettleResult> SettleAsync(Settlement settlement) =>
        (await Store.SettleAsync([settlement], CancellationToken.None)).Should().ContainSingle().Subject;

    /// <summary>Renews, and answers with the lanes that are lost.</summary>
    protected async Task<IReadOnlyList<LaneId>> RenewAsync(params LeasedLane[] lanes)
    {
        var results = await Store.RenewAsync([.. lanes.Select(lane => new LaneRenewal(lane.Lane, lane.Token, LeaseTime))], CancellationToken.None);
        results.Should().HaveSameCount(lanes);
        return [.. lanes.Where((_, i) => results[i] == RenewResult.Lost).Select(lane => lane.Lane)];
    }

    protected async Task ReleaseAsync(LeasedLane lane, TimeSpan hold = default, LaneState? state = null) =>
        await Store.ReleaseAsync([new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = state ?? lane.State, Hold = hold }], CancellationToken.None);

    protected async Task<DeliveryRecord> RecordOfAsync(DeliveryId delivery)
    {
        var page = await Store.ListDeliveriesAsync(new DeliveryQuery { Limit = 1000 }, CancellationToken.None);
        return page.Items.Should().ContainSingle(record => record.Id == delivery).Subject;
    }

    protected async Task<QueueDepth> MeasureAsync() => await Store.MeasureAsync(CancellationToken.None);

    protected static Guid[] MessagesOf(IEnumerable<LeasedDelivery> deliveries) => [.. deliveries.Select(delivery => delivery.Message.Id)];
}
