namespace WebhookKit.Testing.Stores;

internal sealed class HoldSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Spec]
    public async Task Waking_a_lane_ends_its_hold()
    {
        await PublishAsync(1);
        await ReleaseAsync(await LeaseOneAsync(), hold: Hour);
        Expect.Empty((await LeaseAsync()).Lanes);

        await WakeAsync(Lane(1));

        Expect.Count(1, (await LeaseOneAsync()).Deliveries);
    }

    [Spec]
    public async Task Waking_a_lane_serves_a_worker_that_waits()
    {
        await PublishAsync(1);
        await ReleaseAsync(await LeaseOneAsync(), hold: Hour);
        var waiting = LeaseAsync(wait: Hour);

        await WakeAsync(Lane(1));

        Expect.Count(1, (await Expect.InTimeAsync(waiting, Patience)).Lanes);
    }

    [Spec]
    public async Task A_hold_decided_before_the_lane_was_woken_does_not_count()
    {
        await PublishAsync(1);
        var held = await LeaseOneAsync();
        await WakeAsync(Lane(1));
        await ReleaseAsync(held, hold: Hour);

        var again = await LeaseOneAsync();
        Expect.Count(1, again.Deliveries);

        await ReleaseAsync(again, hold: Hour);
        Expect.Empty((await LeaseAsync()).Lanes, "waking counts for one lease");
    }

    [Spec]
    public async Task Waking_makes_nothing_due_before_its_time()
    {
        await PublishAsync(1, delay: Hour);
        await WakeAsync(Lane(1), Lane(2));

        Expect.Empty((await LeaseAsync()).Lanes);
        await AdvanceAsync(Hour);
        Expect.Count(1, (await LeaseOneAsync()).Deliveries);
    }
}
