using WebhookKit.Testing;

namespace WebhookKit.Tests.Queueing;

public abstract class HoldSpecs<TFixture> : DeliveryQueueSpecs<TFixture> where TFixture : StoreFixture, new()
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Waking_a_lane_ends_its_hold()
    {
        await PublishAsync(1);
        await ReleaseAsync(await LeaseOneAsync(), hold: Hour);
        (await LeaseAsync()).Lanes.Should().BeEmpty();

        await Store.WakeAsync([Lane(1)], CancellationToken.None);

        (await LeaseOneAsync()).Deliveries.Should().ContainSingle();
    }

    [Fact]
    public async Task Waking_a_lane_serves_a_worker_that_waits()
    {
        await PublishAsync(1);
        await ReleaseAsync(await LeaseOneAsync(), hold: Hour);
        var waiting = LeaseAsync(wait: Hour);

        await Store.WakeAsync([Lane(1)], CancellationToken.None);

        (await waiting.WaitAsync(Patience)).Lanes.Should().ContainSingle();
    }

    [Fact]
    public async Task A_hold_decided_before_the_lane_was_woken_does_not_count()
    {
        await PublishAsync(1);
        var held = await LeaseOneAsync();
        await Store.WakeAsync([Lane(1)], CancellationToken.None);
        await ReleaseAsync(held, hold: Hour);

        var again = await LeaseOneAsync();
        again.Deliveries.Should().ContainSingle();

        await ReleaseAsync(again, hold: Hour);
        (await LeaseAsync()).Lanes.Should().BeEmpty("waking counts for one lease");
    }

    [Fact]
    public async Task Waking_makes_nothing_due_before_its_time()
    {
        await PublishAsync(1, delay: Hour);
        await Store.WakeAsync([Lane(1), Lane(2)], CancellationToken.None);

        (await LeaseAsync()).Lanes.Should().BeEmpty();
        await AdvanceAsync(Hour);
        (await LeaseOneAsync()).Deliveries.Should().ContainSingle();
    }
}
