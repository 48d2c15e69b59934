using WebhookKit.Testing;

namespace WebhookKit.Tests.InMemory;

/// <summary>Measures the process's memory, so nothing else may run at the same time.</summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryTests : InMemoryStoreTests
{
    [Fact]
    public async Task A_waiting_delivery_takes_no_more_than_250_bytes()
    {
        const int Messages = 2_000, Targets = 100;
        Open();
        var targets = Request(targets: 1).Targets[0];
        DeliveryTarget[] lanes = [.. Enumerable.Range(0, Targets).Select(lane => targets with { Lane = Lane(lane) })];
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < Messages; i++)
            await EnqueueAsync(Request(targets: 0) with { Targets = lanes });

        var taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        (await WaitingAsync()).Should().Be(Messages * Targets);
        (taken / (Messages * Targets)).Should().BeInRange(50, 250);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_has_drained_and_is_forgotten_takes_no_memory(bool newestFirst)
    {
        Open(options => options.MaxHistory = newestFirst ? 0 : 10);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 2_000; i++)
        {
            await EnqueueAsync(Request(lane: i, targets: 50, bytes: 1_000));
            var lane = (await LeaseAsync()).Lanes.Single();
            var settlements = lane.Deliveries.Select(delivery => Settlements.Delivered(lane, delivery));
            await Store.SettleAsync([.. newestFirst ? settlements.Reverse() : settlements], CancellationToken.None);
            await Store.ReleaseAsync([new LaneRelease { Lane = lane.Lane, Token = lane.Token, State = lane.State }], CancellationToken.None);
        }

        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeLessThan(1_000_000);
    }
}
