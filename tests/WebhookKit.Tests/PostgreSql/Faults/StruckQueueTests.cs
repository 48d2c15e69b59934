using WebhookKit.Testing;

namespace WebhookKit.Tests.PostgreSql.Faults;

/// <summary>The queue's calls, cut at every message.</summary>
public sealed class StruckQueueTests : StruckCalls
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [MemberData(nameof(Blows))]
    public Task An_enqueue_stores_everything_once(Blow blow) => AtEveryMessageAsync(
        blow,
        n =>
        {
            var keyed = Request(Target(1), Target(2)) with
            {
                Idempotency = new IdempotencyKey { Key = $"key {n}", ContentHash = new byte[32], Lifetime = Hour },
            };
            var destination = Destination();
            var addressed = Request(new DeliveryTarget { Lane = Lane(3), Destination = destination });
            return Task.FromResult(new[] { keyed, addressed });
        },
        async requests => (await Struck.EnqueueAsync(requests, CancellationToken.None)).Should().HaveCount(2),
        async (requests, _) =>
        {
            var again = await Struck.EnqueueAsync(requests, CancellationToken.None);

            again.Select(result => (result.MessageId, result.Targets)).Should()
                .Equal(requests.Select(request => (request.Message.PublicId, request.Targets.Count)));
            (await MeasureAsync()).Waiting.Should().Be(3);
            MessagesOf(await WorkAsync()).Should().BeEquivalentTo([requests[0].Message.Id, requests[0].Message.Id, requests[1].Message.Id]);
            (await MeasureAsync()).Waiting.Should().Be(0);
        });

    [Theory]
    [MemberData(nameof(Blows))]
    public Task A_fan_out_that_was_accepted_is_expanded_once(Blow blow) => AtEveryMessageAsync(
        blow,
        _ => Task.FromResult(Request([.. Enumerable.Repeat(Target(1), 1_010)])),
        async request => (await Struck.EnqueueAsync([request], CancellationToken.None)).Should().ContainSingle(),
        async (request, _) =>
        {
            var again = await Struck.EnqueueAsync([request], CancellationToken.None);

            again.Should().ContainSingle().Which.Targets.Should().Be(1_010);
            (await MeasureAsync()).Waiting.Should().Be(1_010);
            var lane = await LeaseOneAsync();
            (await CancelMessageAsync(request, limit: 2_000)).Should().Be(new CancelledBatch(1_010, HasMore: false));
            await ReleaseAsync(lane);
        },
        mayLeaveRest: true);

    [Theory]
    [MemberData(nameof(Blows))]
    public Task A_lease_that_nobody_heard_of_ends_and_strands_nothing(Blow blow)
    {
        var leased = new List<LeasedLane>();
        return AtEveryMessageAsync(
            blow,
            async _ =>
            {
                leased.Clear();
                return (Guid[])[.. await PublishAsync(lane: 1, count: 2), .. await PublishAsync(lane: 2)];
            },
            async _ => leased.AddRange((await Struck.LeaseAsync(
                new LeaseRequest { Worker = "struck", MaxLanes = 10, MaxDeliveriesPerLane = 10, Lease = LeaseTime, MaxWait = TimeSpan.Zero },
                CancellationToken.None)).Lanes),
            async (messages, failure) =>
            {
                (failure is null || leased.Count == 0).Should().BeTrue();
                (await RenewAsync([.. leased])).Should().BeEmpty("who heard of a lease has it");
                await Struck.ReleaseAsync([], CancellationToken.None);
                await Struck.MeasureAsync(CancellationToken.None);

                await AdvanceAsync(LeaseTime + Second);

                MessagesOf(await WorkAsync()).Should().BeEquivalentTo(messages);
                (await MeasureAsync()).Waiting.Should().Be(0);
            });
    }

    [Theory]
    [MemberData(nameof(Blows))]
    public Task A_refill_gives_what_there_is(Blow blow) => AtEveryMessageAsync(
        blow,
        async _ =>
        {
            await PublishAsync(lane: 1, count: 3);
            return await LeaseOneAsync(deliveries: 1);
        },
        async lane => (await RefillAsync(Struck, lane)).Deliveries.Should().HaveCount(2),
        async (lane, _) =>
        {
            var rest = (await RefillAsync(Struck, lane)).Deliveries;

            rest.Should().HaveCount(2);
            await SettleAsync([.. lane.Deliveries.Concat(rest).Select(delivery => Settlements.Delivered(lane, delivery))]);
            await ReleaseAsync(lane);
        });

    [Theory]
    [MemberData(nameof(Blows))]
    public Task A_settlement_counts_once(Blow blow) => AtEveryMessageAsync(
        blow,
        async _ =>
        {
            await PublishAsync(lane: 1, count: 4);
            var lane = await LeaseOneAsync();
            var d = lane.Deliveries;
            Settlement[] settlements =
            [
                Settlements.Delivered(lane, d[0]), Settlements.Retry(lane, d[1], 60 * Second), Settlements.Dead(lane, d[2]),
                Settlements.Defer(lane, d[3], 30 * Second),
            ];
            return (Lane: lane, Settlements: settlements);
        },
        async given => (await Struck.SettleAsync(given.Settlements, CancellationToken.None)).Should().OnlyContain(outcome => outcome == SettleOutcome.Applied),
        async (given, _) =>
        {
            (await Struck.SettleAsync(given.Settlements, CancellationToken.None)).Should().OnlyContain(outcome => outcome == SettleOutcome.Applied);

            var ids = given.Settlements.Select(settlement => settlement.Delivery).ToArray();
            var records = await Task.WhenAll(ids.Select(FindAsync));
            records.Select(record => (record.Status, record.AttemptsMade)).Should().Equal(
                (DeliveryStatus.Delivered, 1), (DeliveryStatus.Waiting, 1), (DeliveryStatus.Dead, 1), (DeliveryStatus.Waiting, 0));
            (await Task.WhenAll(ids.Select(AttemptsOfAsync))).Select(attempts => attempts.Count).Should().Equal(1, 1, 1, 0);
            (await RenewAsync(given.Lane)).Should().BeEmpty();
            await ReleaseAsync(given.Lane);
            await AdvanceAsync(60 * Second);
            (await WorkAsync()).Select(delivery => delivery.Id).Should().BeEquivalentTo([ids[1], ids[3]]);
        });

    [Theory]
    [MemberData(nameof(Blows))]
    public Task A_renewal_keeps_the_lane(Blow blow) => AtEveryMessageAsync(
        blow,
        async _ =>
        {
            await PublishAsync(lane: 1);
            var lane = await LeaseOneAsync();
            await AdvanceAsync(LeaseTime - Second);
            return lane;
        },
        async lane => (await RenewAsync(Struck, lane)).Should().Equal(RenewOutcome.Renewed),
        async (lane, _) =>
        {
            (await RenewAsync(Struck, lane)).Should().Equal(RenewOutcome.Renewed);

            await AdvanceAsync(LeaseTime - Second);
            (await LeaseAsync()).Lanes.Should().BeEmpty();
            await AdvanceAsync(Second);
            (await WorkAsync()).Should().ContainSingle();
        });

    [Theory]
    [MemberData(nameof(Blows))]
    public Task A_release_frees_the_lane_at_once_and_never_the_next_holders(Blow blow) => AtEveryMessageAsync(
        blow,
        async _ =>
        {
            await PublishAsync(lane: 1, count: 2);
            return await LeaseOneAsync();
        },
        lane => ReleaseAsync(Struck, lane, hold: default),
        async (lane, failure) =>
        {
            if (failure is not null)
                await ReleaseAsync(Struck, lane, hold: default);

            var next = await LeaseOneAsync();
            next.Deliveries.Should().HaveCount(2, "it was given back, and did not expire");
            await ReleaseAsync(Struck, lane, hold: default);
            (await RenewAsync(next)).Should().BeEmpty();
            await SettleAsync([.. next.Deliveries.Select(delivery => Settlements.Delivered(next, delivery))]);
            await ReleaseAsync(next);
        });

    [Theory]
    [MemberData(nameof(Blows))]
    public Task A_wake_up_ends_the_hold(Blow blow) => AtEveryMessageAsync(
        blow,
        async _ =>
        {
            await PublishAsync(lane: 1);
            await ReleaseAsync(await LeaseOneAsync(), hold: Hour);
            return Lane(1);
        },
        lane => Struck.WakeAsync([lane], CancellationToken.None).AsTask(),
        async (lane, _) =>
        {
            await Struck.WakeAsync([lane], CancellationToken.None);

            (await WorkAsync()).Should().ContainSingle();
        });

    private static async Task<LaneRefillResult> RefillAsync(IWebhookStore store, LeasedLane lane)
    {
        var request = new LaneRefill { Lane = lane.Lane, Token = lane.Token, Quota = 5, InFlight = [.. lane.Deliveries.Select(delivery => delivery.Id)] };
        return (await store.RefillAsync([request], CancellationToken.None))[0];
    }

    private static async Task<IReadOnlyList<RenewOutcome>> RenewAsync(IWebhookStore store, LeasedLane lane) =>
        await store.RenewAsync([new LaneRenewal(lane.Lane, lane.Token, LeaseTime)], CancellationToken.None);

    private static Task ReleaseAsync(IWebhookStore store, LeasedLane lane, TimeSpan hold) => store.ReleaseAsync(
        [new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = lane.State, Hold = hold }], CancellationToken.None).AsTask();
}
