using System.Text;

namespace WebhookKit.Testing;

/// <summary>
/// What every store must do, whatever it is made of. Each topic is a class derived from this one, its specs marked with <see cref="SpecAttribute"/>; nothing
/// in them knows more of a store than its contract. What a spec needs to say of requests it says through the members here, so that it stays short.
/// </summary>
/// <param name="fixture">The provider's fixture, started.</param>
public abstract partial class StoreSpecs(StoreFixture fixture)
{
    /// <summary>How long leases last unless a spec says otherwise.</summary>
    protected static TimeSpan LeaseTime => TimeSpan.FromSeconds(30);

    /// <summary>One second.</summary>
    protected static TimeSpan Second => TimeSpan.FromSeconds(1);

    /// <summary>The tenant of the messages that <see cref="Request(DeliveryTarget[])"/> makes.</summary>
    protected static string Tenant => "acme";

    /// <summary>How long a signal may take in real time before a spec fails.</summary>
    protected static TimeSpan Patience => TimeSpan.FromSeconds(60);

    /// <summary>The store of deliveries under test.</summary>
    /// <exception cref="WebhookException">The fixture has none.</exception>
    protected IWebhookStore Store => fixture.Store ?? throw new WebhookException(
        $"{fixture.GetType().Name}.{nameof(StoreFixture.Store)} is null. Give a store, or run {nameof(StoreSpecCatalog)}.Subscriptions alone.");

    /// <summary>The store of subscriptions under test.</summary>
    /// <exception cref="WebhookException">The fixture has none.</exception>
    protected ISubscriptionStore Subscriptions => fixture.Subscriptions ?? throw new WebhookException(
        $"{fixture.GetType().Name}.{nameof(StoreFixture.Subscriptions)} is null. Give a store, or run {nameof(StoreSpecCatalog)}.Deliveries alone.");

    /// <summary>A lane by number.</summary>
    protected static LaneId Lane(int number) => new(new Guid(number, 0, 0, new byte[8]));

    /// <summary>A target in a lane; the lane is a subscription's.</summary>
    protected static DeliveryTarget Target(int lane, TimeSpan delay = default) =>
        new() { Lane = Lane(lane), Subscription = new SubscriptionId(Lane(lane).Value), Delay = delay };

    /// <summary>A new message to one lane.</summary>
    protected static EnqueueRequest Request(int lane, TimeSpan delay = default) => Request([Target(lane, delay)]);

    /// <summary>A new message to these targets.</summary>
    protected static EnqueueRequest Request(params DeliveryTarget[] targets) => new() { Message = Message(), Targets = targets };

    /// <summary>A new message.</summary>
    protected static WebhookMessage Message()
    {
        var id = Guid.CreateVersion7();
        return new WebhookMessage
        {
            Id = id,
            PublicId = $"msg_{id:N}",
            Tenant = Tenant,
            EventType = "test.happened",
            Timestamp = DateTimeOffset.UnixEpoch,
            Data = Encoding.UTF8.GetBytes("""{"n":1}"""),
        };
    }

    /// <summary>A token that no lease has.</summary>
    protected static LaneToken AnotherToken() => new(Guid.CreateVersion7());

    /// <summary>The ids of the messages of deliveries, in their order.</summary>
    protected static Guid[] MessagesOf(IEnumerable<LeasedDelivery> deliveries) => [.. deliveries.Select(delivery => delivery.Message.Id)];

    /// <summary>Moves the store's time.</summary>
    protected ValueTask AdvanceAsync(TimeSpan by) => fixture.AdvanceAsync(by);

    /// <summary>Enqueues in one call.</summary>
    protected async Task<IReadOnlyList<EnqueueOutcome>> EnqueueAsync(params EnqueueRequest[] requests) =>
        [.. (await AcceptAsync(requests)).Select(result => result.Outcome)];

    /// <summary>Enqueues in one call, and gives the answers in full.</summary>
    protected async Task<IReadOnlyList<EnqueueResult>> AcceptAsync(params EnqueueRequest[] requests) =>
        await Store.EnqueueAsync(requests, CancellationToken.None);

    /// <summary>Enqueues messages to one lane and gives their ids.</summary>
    protected async Task<Guid[]> PublishAsync(int lane, int count = 1, TimeSpan delay = default)
    {
        var requests = Enumerable.Range(0, count).Select(_ => Request(lane, delay)).ToArray();
        await EnqueueAsync(requests);
        return [.. requests.Select(request => request.Message.Id)];
    }

    /// <summary>Leases; without a wait unless one is given.</summary>
    protected async Task<LeaseResult> LeaseAsync(
        int lanes = 10, int deliveries = 10, TimeSpan? lease = null, TimeSpan wait = default, CancellationToken cancellationToken = default) =>
        await Store.LeaseAsync(
            new LeaseRequest { Worker = "spec", MaxLanes = lanes, MaxDeliveriesPerLane = deliveries, Lease = lease ?? LeaseTime, MaxWait = wait },
            cancellationToken);

    /// <summary>Leases one lane, which must be due.</summary>
    protected async Task<LeasedLane> LeaseOneAsync(int deliveries = 10)
    {
        var lanes = (await LeaseAsync(1, deliveries)).Lanes;
        return Expect.One(lanes, what: "the lanes leased");
    }

    /// <summary>Asks for further deliveries of one lane.</summary>
    protected async Task<LaneRefillResult> RefillAsync(LeasedLane lane, int quota, params LeasedDelivery[] inFlight)
    {
        ArgumentNullException.ThrowIfNull(lane);
        var request = new LaneRefill { Lane = lane.Lane, Token = lane.Token, Quota = quota, InFlight = [.. inFlight.Select(delivery => delivery.Id)] };
        return Expect.One(await Store.RefillAsync([request], CancellationToken.None), what: "the answers to one refill");
    }

    /// <summary>Settles one delivery.</summary>
    protected async Task<SettleOutcome> SettleAsync(Settlement settlement) =>
        Expect.One(await SettleAsync([settlement]), what: "the answers to one settlement");

    /// <summary>Settles in one call.</summary>
    protected async Task<IReadOnlyList<SettleOutcome>> SettleAsync(IReadOnlyList<Settlement> settlements) =>
        await Store.SettleAsync(settlements, CancellationToken.None);

    /// <summary>Renews, and answers with the lanes that are lost.</summary>
    protected async Task<IReadOnlyList<LaneId>> RenewAsync(params LeasedLane[] lanes)
    {
        var results = await Store.RenewAsync(
            [.. lanes.Select(lane => new LaneRenewal(lane.Lane, lane.Token, LeaseTime))], CancellationToken.None);
        Expect.Count(lanes.Length, results);
        return [.. lanes.Where((_, i) => results[i] == RenewOutcome.Lost).Select(lane => lane.Lane)];
    }

    /// <summary>Gives one lane back.</summary>
    protected async Task ReleaseAsync(LeasedLane lane, TimeSpan hold = default, LaneState? state = null)
    {
        ArgumentNullException.ThrowIfNull(lane);
        await Store.ReleaseAsync(
            [new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = state ?? lane.State, Hold = hold }], CancellationToken.None);
    }

    /// <summary>Ends the hold of lanes.</summary>
    protected async Task WakeAsync(params LaneId[] lanes) => await Store.WakeAsync(lanes, CancellationToken.None);

    /// <summary>Lists deliveries.</summary>
    protected async Task<Page<DeliveryRecord>> ListAsync(DeliveryQuery query) =>
        await Store.ListDeliveriesAsync(query, CancellationToken.None);

    /// <summary>The log's record of one delivery, which must be among the newest thousand.</summary>
    protected async Task<DeliveryRecord> RecordOfAsync(DeliveryId delivery)
    {
        var page = await ListAsync(new DeliveryQuery { AllTenants = true, Limit = 1000 });
        return Expect.One(page.Items.Where(record => record.Id == delivery), what: $"the records of delivery {delivery}");
    }

    /// <summary>The attempts that are logged of one delivery.</summary>
    protected async Task<IReadOnlyList<Attempt>> AttemptsOfAsync(DeliveryId delivery) =>
        await Store.ListAttemptsAsync(delivery, CancellationToken.None);

    /// <summary>Measures what waits.</summary>
    protected async Task<QueueDepth> MeasureAsync() => await Store.MeasureAsync(CancellationToken.None);
}
