using WebhookKit.Testing;

namespace WebhookKit.Tests.InMemory;

/// <summary>Measures the process's memory, so nothing else may run at the same time.</summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryTests : InMemoryStoreTests
{
    [Fact]
    public async Task A_waiting_delivery_takes_no_more_than_250_bytes_and_a_drained_one_none()
    {
        const int Messages = 10_000, Targets = 100;
        Open(options => options.MaxHistory = 0);
        var targets = Request(targets: 1).Targets[0];
        DeliveryTarget[] lanes =
        [
            .. Enumerable.Range(0, Targets).Select(lane => targets with { Lane = Lane(lane), Subscription = new SubscriptionId(Lane(lane).Value) }),
        ];
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < Messages; i++)
            await EnqueueAsync(Request(targets: 0) with { Targets = lanes });

        var taken = GC.GetTotalMemory(forceFullCollection: true) - before;
        (await WaitingAsync()).Should().Be(Messages * Targets);
        (taken / (Messages * Targets)).Should().BeInRange(50, 250, "a million fit in 250 MB, of the 400 MB that they may take");

        var drained = 0;
        while (await WorkAsync() is > 0 and var worked)
            drained += worked;
        drained.Should().Be(Messages * Targets);
        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeLessThan(1_000_000);
    }

    [Fact]
    public async Task What_was_cancelled_erased_or_trimmed_takes_no_memory()
    {
        Open();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var round = 0; round < 3; round++)
        {
            var key = new IdempotencyKey { Key = $"k{round}", ContentHash = new byte[32], Lifetime = TimeSpan.FromMinutes(1) };
            await EnqueueAsync(Request(lane: 1, targets: 20_000, bytes: 1_000) with { Idempotency = key }, Request(lane: 2, targets: 20_000, bytes: 1_000));
            while (round > 0 && await CancelAsync())
            {
                // Everything is cancelled, a page at a time.
            }

            Clock.Advance(TimeSpan.FromHours(1));
            while (round < 2 ? (await Store.EraseAsync(null, 1_000, default)).HasMore : (await TrimAsync()).HasMore)
            {
                // Everything is removed.
            }
        }

        (await ListAsync()).Should().BeEmpty();
        await Task.Yield(); // this runs on the stack of the last enqueue, which holds its requests
        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeLessThan(1_000_000);

        async Task<bool> CancelAsync()
        {
            var query = new DeliveryQuery { AllTenants = true, Status = DeliveryStatus.Waiting, Limit = 1_000 };
            var waiting = (await Store.ListDeliveriesAsync(query, default)).Items;
            await Store.CancelAsync([.. waiting.Select(record => record.Id)], default);
            return waiting.Count > 0;
        }

        ValueTask<RemovalResult> TrimAsync() => Store.TrimAsync(new TrimRequest { Data = TimeSpan.Zero, Log = TimeSpan.Zero, Limit = 1_000 }, default);
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
