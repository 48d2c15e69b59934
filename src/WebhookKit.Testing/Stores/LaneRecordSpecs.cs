namespace WebhookKit.Testing.Stores;

internal sealed class LaneRecordSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    [Spec]
    public async Task A_free_lane_tells_what_waits_in_it()
    {
        var request = Request(1);
        await EnqueueAsync(request);
        await PublishAsync(1, count: 2, delay: 60 * Second);

        var record = await RecordAsync();

        Expect.Equivalent(new LaneRecord { Lane = Lane(1), Waiting = 3, Head = await DeliveryOfAsync(request), Now = record.Now }, record);
        Expect.Close((await LeaseAsync()).Now, record.Now);
    }

    [Spec]
    public async Task The_head_is_what_is_due_first()
    {
        await PublishAsync(1, delay: 60 * Second);
        var sooner = Request(1, delay: 30 * Second);
        await EnqueueAsync(sooner);

        Expect.Equal(await DeliveryOfAsync(sooner), (await RecordAsync()).Head!.Value);
    }

    [Spec]
    public async Task A_held_lane_tells_who_holds_it_and_until_when()
    {
        await PublishAsync(1, count: 2);
        await Store.LeaseAsync(
            new LeaseRequest { Worker = "node-7", MaxLanes = 1, MaxDeliveriesPerLane = 1, Lease = LeaseTime }, CancellationToken.None);

        var record = await RecordAsync();

        Expect.Equal(("node-7", 2L), (record.HeldBy, record.Waiting), "what is in flight waits too");
        Expect.Close(record.Now + LeaseTime, record.LeasedUntil);
        Expect.Null(record.HeldUntil);
        Expect.Equal((await ListAsync(new DeliveryQuery { AllTenants = true })).Items[^1].Id, record.Head!.Value);
    }

    [Spec]
    public async Task A_renewed_lease_is_told()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await AdvanceAsync(20 * Second);
        await RenewAsync(lane);

        var record = await RecordAsync();

        Expect.Close(record.Now + LeaseTime, record.LeasedUntil);
    }

    [Spec]
    public async Task A_lane_that_was_given_back_is_held_by_nobody()
    {
        await PublishAsync(1);
        await ReleaseAsync(await LeaseOneAsync());

        var record = await RecordAsync();

        Expect.Null(record.HeldBy);
        Expect.Null(record.LeasedUntil);
        Expect.Null(record.HeldUntil);
    }

    [Spec]
    public async Task An_expired_lease_is_told_until_somebody_takes_over()
    {
        await PublishAsync(1);
        await LeaseOneAsync();
        await AdvanceAsync(2 * LeaseTime);

        var record = await RecordAsync();

        Expect.Equal("spec", record.HeldBy);
        Expect.Close(record.Now - LeaseTime, record.LeasedUntil);
    }

    [Spec]
    public async Task A_hold_is_told_as_long_as_it_lasts()
    {
        await PublishAsync(1);
        await ReleaseAsync(await LeaseOneAsync(), hold: 60 * Second);

        var record = await RecordAsync();
        Expect.Close(record.Now + (60 * Second), record.HeldUntil);

        await WakeAsync(Lane(1));
        Expect.Null((await RecordAsync()).HeldUntil);
    }

    [Spec]
    public async Task A_hold_that_keeps_order_is_told_with_and_without_a_holder()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Settlements.Retry(lane, lane.Deliveries[0], 60 * Second) with { HoldsLane = true });

        var record = await RecordAsync();
        Expect.Close(record.Now + (60 * Second), record.HeldUntil);
        Expect.Close(record.Now + LeaseTime, record.LeasedUntil, "the lease is as long as it was");
        await ReleaseAsync(lane, hold: 10 * Second);
        Expect.Close(record.Now + (60 * Second), (await RecordAsync()).HeldUntil);
        await WakeAsync(Lane(1));
        Expect.Close(record.Now + (60 * Second), (await RecordAsync()).HeldUntil);

        await AdvanceAsync(60 * Second);
        Expect.Null((await RecordAsync()).HeldUntil);
    }

    [Spec]
    public async Task A_lane_that_nothing_waits_in_is_known_as_long_as_it_is_held()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        await SettleAsync(Settlements.Delivered(lane, lane.Deliveries[0]));

        var record = await RecordAsync();
        Expect.Equal(0, record.Waiting);
        Expect.Null(record.Head);

        await ReleaseAsync(lane, hold: 60 * Second);
        Expect.Null(await Store.FindLaneAsync(Lane(1), CancellationToken.None));
        Expect.Null(await Store.FindLaneAsync(Lane(2), CancellationToken.None));
    }

    private async Task<LaneRecord> RecordAsync() => Expect.NotNull(await Store.FindLaneAsync(Lane(1), CancellationToken.None));
}
