using WebhookKit.Testing;

using WebhookKit.Tests.InMemory;

namespace WebhookKit.Tests.Testing.Stores;

/// <summary>
/// Publishers, workers and time itself in a race, by seed: workers fail, stall beyond their lease and settle late, walk away, cancel, recover dead letters and
/// erase a tenant. At the end every delivery was delivered once, unless it was a suspect or was cancelled; none was in two hands without an expired lease
/// between; nothing is left of the tenant; and nothing waits.
/// </summary>
/// <param name="store">The store, empty.</param>
/// <param name="clock">The store's time.</param>
/// <param name="messages">How many messages each publisher publishes.</param>
/// <param name="workers">How many workers race.</param>
/// <param name="patience">How long it may take to work off what waits.</param>
/// <param name="wallClockSteps">Whether the wall clock steps, where the store does not go by it.</param>
internal sealed class StoreChaos(IWebhookStore store, VirtualClock clock, int messages, int workers, TimeSpan patience, bool wallClockSteps) : IDisposable
{
    private const int Publishers = 2, Lanes = 7;
    private const string Erased = "erased";
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private readonly HandOverLog _hands = new(Lease);
    private readonly CancellationTokenSource _done = new();
    private volatile bool _calm;
    private long _work;
    private int _waiting;
    private int _erasable;
    private int _recovered;

    public async Task RunAsync(int seed)
    {
        Task[] background =
        [
            Task.Run(() => RunTime(new Random(seed))),
            .. Enumerable.Range(1, workers).Select(worker => Task.Run(() => RunWorkerAsync(new Random((seed * 10) + worker)))),
        ];
        await Task.WhenAll(Enumerable.Range(1, Publishers).Select(publisher => Task.Run(() => PublishAsync(new Random((seed * 100) + publisher)))));
        await WaitUntilAtMostAsync(Publishers * messages / 4);
        _calm = true;
        await WaitUntilAtMostAsync(0);
        await _done.CancelAsync();
        await Task.WhenAll(background).WaitAsync(TimeSpan.FromSeconds(60));

        _hands.Violations.Should().BeEmpty();
        _hands.Takeovers.Should().BeGreaterThan(10, "leases must have expired for this to show anything");
        while ((await store.EraseAsync(Erased, 1_000, CancellationToken.None)).HasMore)
        {
            // Everything of the tenant goes.
        }

        var records = await AllAsync();
        records.Should().HaveCount((Publishers * messages) - _erasable + _recovered);
        records.Should().NotContain(record => record.Tenant == Erased);
        var delivered = records.Where(record => record.Status == DeliveryStatus.Delivered).ToArray();
        delivered.Should().HaveCountGreaterThan(Publishers * messages * 8 / 10).And.OnlyContain(record => _hands.SuccessesOf(record.Id) == 1);
        var others = records.Except(delivered).ToArray();
        others.Should().OnlyContain(record => record.Status == DeliveryStatus.Cancelled || record.DeadReason == DeadReason.Suspect)
            .And.OnlyContain(record => _hands.SuccessesOf(record.Id) == 0);
        others.Should().Contain(record => record.Status == DeliveryStatus.Cancelled);
    }

    public void Dispose() => _done.Dispose();

    private async Task WaitUntilAtMostAsync(int waiting)
    {
        using var deadline = new CancellationTokenSource(patience);
        while ((await store.MeasureAsync(CancellationToken.None)).Waiting > waiting)
        {
            deadline.IsCancellationRequested.Should().BeFalse("everything that waits is worked off");
            await Task.Yield();
        }
    }

    private async Task PublishAsync(Random random)
    {
        for (var i = 0; i < messages; i++)
        {
            // However the race goes, some are cancelled: these are not due before that.
            if (i % 50 == 0)
            {
                var unwanted = RequestTo(random.Next(Lanes), TimeSpan.FromDays(30));
                await store.EnqueueAsync([unwanted], CancellationToken.None);
                await store.CancelMessageAsync(unwanted.Message.PublicId, limit: 1, CancellationToken.None);
                continue;
            }

            var request = RequestTo(random.Next(Lanes), TimeSpan.FromSeconds(random.Next(4) == 0 ? random.Next(60) : 0));
            if (random.Next(30) == 0)
            {
                Interlocked.Increment(ref _erasable);
                request = request with { Message = request.Message with { Tenant = Erased } };
            }

            await store.EnqueueAsync([request], CancellationToken.None);
            if (random.Next(3) == 0)
                await Task.Yield();
        }
    }

    private static EnqueueRequest RequestTo(int number, TimeSpan delay)
    {
        var (id, lane) = (Guid.CreateVersion7(), new Guid(number, 0, 0, new byte[8]));
        var message = new WebhookMessage
        {
            Id = id, PublicId = $"msg_{id:N}", EventType = "test.happened", Timestamp = DateTimeOffset.UnixEpoch, Data = new byte[10],
        };
        return new EnqueueRequest
        {
            Message = message, Targets = [new DeliveryTarget { Lane = new LaneId(lane), Subscription = new SubscriptionId(lane), Delay = delay }],
        };
    }

    /// <summary>Time goes with the work, or when everybody waits for it.</summary>
    private void RunTime(Random random)
    {
        for (var seen = 0L; !_done.IsCancellationRequested;)
        {
            var isWorked = Interlocked.Read(ref _work) >= seen + 10;
            if (!isWorked && Volatile.Read(ref _waiting) < workers)
            {
                Thread.Yield();
                continue;
            }

            seen = Interlocked.Read(ref _work);
            clock.Advance(TimeSpan.FromMilliseconds(random.Next(2_000)));
            if (wallClockSteps && random.Next(100) == 0)
                clock.StepWallClock(TimeSpan.FromMinutes(random.Next(-90, 90)));
            // Those who were woken are counted as waiting until they run.
            if (!isWorked)
                Thread.Sleep(1);
        }
    }

    private async Task RunWorkerAsync(Random random)
    {
        var late = new List<Settlement>();
        while (!_done.IsCancellationRequested)
        {
            var asked = clock.GetTimestamp();
            foreach (var lane in await LeaseAsync(random))
                await WorkLaneAsync(lane, asked, late, random);
            if (random.Next(20) == 0)
            {
                await SettleAsync(late);
                late.Clear();
            }

            if (!_calm && random.Next(20) == 0)
                await MeddleAsync(random);
        }
    }

    /// <summary>What people do to a queue while it is worked.</summary>
    private async Task MeddleAsync(Random random)
    {
        switch (random.Next(3))
        {
            case 0:
                var waiting = await ListAsync(new DeliveryQuery { Status = DeliveryStatus.Waiting, Limit = 20 });
                await store.CancelAsync([.. waiting.Select(record => record.Id).Where(_ => random.Next(15) == 0)], CancellationToken.None);
                break;
            case 1:
                var dead = await ListAsync(new DeliveryQuery { Status = DeliveryStatus.Dead, Limit = 20 });
                var results = await store.RedeliverAsync([.. dead.Select(record => Redelivery.Of(record.Id, once: true))], CancellationToken.None);
                Interlocked.Add(ref _recovered, results.Count(result => result.Outcome == RedeliveryOutcome.Added));
                break;
            default:
                await store.EraseAsync(Erased, 3, CancellationToken.None);
                break;
        }
    }

    private async Task<IReadOnlyList<DeliveryRecord>> ListAsync(DeliveryQuery query) => (await store.ListDeliveriesAsync(query, CancellationToken.None)).Items;

    private async Task<IReadOnlyList<LeasedLane>> LeaseAsync(Random random)
    {
        var request = new LeaseRequest
        {
            Worker = "chaos", MaxLanes = random.Next(1, 3), MaxDeliveriesPerLane = random.Next(1, 6),
            Lease = Lease, MaxWait = TimeSpan.FromSeconds(random.Next(5)),
        };
        Interlocked.Increment(ref _waiting);
        try
        {
            return (await store.LeaseAsync(request, _done.Token)).Lanes;
        }
        catch (OperationCanceledException) when (_done.IsCancellationRequested)
        {
            return [];
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            Interlocked.Increment(ref _work);
        }
    }

    private async Task WorkLaneAsync(LeasedLane lane, long asked, List<Settlement> late, Random random)
    {
        var deliveries = lane.Deliveries;
        for (var round = 0; round < 3 && deliveries.Count > 0; round++)
        {
            _hands.Take(deliveries, lane.Token, asked, clock.GetTimestamp());
            switch (_calm ? -1 : random.Next(30))
            {
                case 0: // dies
                    return;
                case 1: // stalls, and comes back with answers
                    late.AddRange(deliveries.Select(delivery => Settlements.Delivered(lane, delivery)));
                    return;
                case 2:
                    late.AddRange(deliveries.Select(delivery => Settlements.Retry(lane, delivery, TimeSpan.Zero)));
                    return;
                default:
                    await SettleAsync([.. deliveries.Select(delivery => SettlementOf(lane, delivery, random))]);
                    deliveries = await RefillAsync(lane);
                    break;
            }
        }

        _hands.Let(deliveries.Select(delivery => delivery.Id), lane.Token);
        await store.ReleaseAsync([new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = lane.State }], CancellationToken.None);
    }

    private Settlement SettlementOf(LeasedLane lane, LeasedDelivery delivery, Random random) => (_calm ? -1 : random.Next(12)) switch
    {
        0 => Settlements.Retry(lane, delivery, TimeSpan.FromSeconds(random.Next(20))),
        1 => Settlements.Retry(lane, delivery, TimeSpan.FromSeconds(random.Next(5))) with { HoldsLane = true },
        2 => Settlements.Defer(lane, delivery, TimeSpan.FromSeconds(random.Next(5))),
        3 => Settlements.Abandon(lane, delivery),
        _ => Settlements.Delivered(lane, delivery),
    };

    private async Task SettleAsync(List<Settlement> settlements)
    {
        foreach (var settlement in settlements)
            _hands.Let([settlement.Delivery], settlement.Token);
        var results = await store.SettleAsync(settlements, CancellationToken.None);
        foreach (var (settlement, result) in settlements.Zip(results))
        {
            if (settlement.Action == SettlementAction.Delivered && result is SettleOutcome.Applied or SettleOutcome.Recovered)
                _hands.CountSuccess(settlement.Delivery);
        }

        Interlocked.Increment(ref _work);
    }

    private async Task<IReadOnlyList<LeasedDelivery>> RefillAsync(LeasedLane lane)
    {
        var request = new LaneRefill { Lane = lane.Lane, Token = lane.Token, Quota = 4, InFlight = [] };
        return (await store.RefillAsync([request], CancellationToken.None))[0].Deliveries;
    }

    private async Task<List<DeliveryRecord>> AllAsync()
    {
        var records = new List<DeliveryRecord>();
        for (var query = new DeliveryQuery { AllTenants = true, Limit = 1000 }; ;)
        {
            var page = await store.ListDeliveriesAsync(query, CancellationToken.None);
            records.AddRange(page.Items);
            if (page.Next is null)
                return records;
            query = query with { Continuation = page.Next };
        }
    }
}
