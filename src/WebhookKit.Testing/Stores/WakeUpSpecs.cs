using System.Collections.Concurrent;

namespace WebhookKit.Testing.Stores;

/// <summary>No wake-up is lost: whatever a worker is about to do when a delivery arrives, the delivery is leased, without time having to pass.</summary>
internal sealed class WakeUpSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    private const int WorkerSteps = 6;

    /// <summary>Before which step something happens, the last being after all of them; and whether the worker asks for more before it releases.</summary>
    private static IEnumerable<object?[]> StepBoundaries =>
        from step in Enumerable.Range(0, WorkerSteps + 1)
        from another in Enumerable.Range(0, 2)
        select new object?[] { step, another == 1 };

    [SpecCases(nameof(StepBoundaries))]
    public async Task A_delivery_enqueued_at_any_step_of_a_worker_is_leased(int boundary, bool another)
    {
        var expected = await PublishAsync(1);
        var leased = await WorkAsync(boundary, another, async () => expected = [.. expected, .. await PublishAsync(1)]);

        leased.AddRange((await LeaseAsync()).Lanes.SelectMany(lane => lane.Deliveries));

        Expect.SameItems(expected, MessagesOf(leased).Distinct());
    }

    [SpecCases(nameof(StepBoundaries))]
    public async Task A_worker_that_waits_gets_what_another_one_leaves(int boundary, bool another)
    {
        var expected = await PublishAsync(1);
        var waiting = Task.FromResult(new LeaseResult { Lanes = [], Now = default, GrantedAt = 0 });
        var leased = await WorkAsync(boundary, another, async () =>
        {
            if (boundary > 0)
                waiting = LeaseAsync(wait: TimeSpan.FromHours(1));
            expected = [.. expected, .. await PublishAsync(1)];
        });

        if (MessagesOf(leased).Distinct().Count() < expected.Length)
            leased.AddRange((await Expect.InTimeAsync(waiting, Patience)).Lanes.SelectMany(lane => lane.Deliveries));

        Expect.SameItems(expected, MessagesOf(leased).Distinct());
    }

    [SpecCases(nameof(StepBoundaries))]
    public async Task A_delivery_enqueued_for_later_at_any_step_of_a_worker_is_leased_when_it_is_due(int boundary, bool another)
    {
        Guid[] later = [];
        await PublishAsync(1);
        await WorkAsync(boundary, another, async () => later = await PublishAsync(1, delay: 20 * Second));

        foreach (var lane in (await LeaseAsync()).Lanes)
        {
            await SettleAsync([.. lane.Deliveries.Select(delivery => Settlements.Delivered(lane, delivery))]);
            await ReleaseAsync(lane);
        }

        Expect.Close(20 * Second, (await LeaseAsync()).NextDue);
        await AdvanceAsync(20 * Second);
        Expect.Sequence(later, MessagesOf((await LeaseOneAsync()).Deliveries));
    }

    [Spec(1)]
    [Spec(2)]
    [Spec(3)]
    public async Task Publishers_and_workers_in_a_race_leave_nothing_behind(int seed)
    {
        const int Publishers = 3, Workers = 4, Each = 400, Lanes = 3;
        using var done = new CancellationTokenSource();
        var delivered = new ConcurrentDictionary<Guid, int>();

        var workers = Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var dice = new SeededDice((seed * 100) + worker);
            try
            {
                while (true)
                {
                    var result = await LeaseAsync(dice.Next(1, 3), dice.Next(1, 4), wait: TimeSpan.FromHours(1), cancellationToken: done.Token);
                    foreach (var lane in result.Lanes)
                        await DrainAsync(lane, dice);
                }
            }
            catch (OperationCanceledException) when (done.IsCancellationRequested)
            {
                // Everything was delivered.
            }
        })).ToArray();
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(publisher => Task.Run(async () =>
        {
            var dice = new SeededDice((seed * 1000) + publisher);
            for (var i = 0; i < Each; i++)
            {
                await PublishAsync(dice.Next(0, Lanes));
                if (dice.Next(0, 4) == 0)
                    await Task.Yield();
            }
        })));

        await Expect.InTimeAsync(Task.WhenAll(workers), Patience);
        Expect.All(delivered, pair => pair.Value == 1);
        Expect.Equal(0, (await MeasureAsync()).Waiting);

        async Task DrainAsync(LeasedLane lane, SeededDice dice)
        {
            var inHand = lane.Deliveries;
            for (var rounds = dice.Next(0, 3); inHand.Count > 0; rounds--)
            {
                await SettleAsync([.. inHand.Select(delivery => Settlements.Delivered(lane, delivery))]);
                foreach (var delivery in inHand)
                    delivered.AddOrUpdate(delivery.Message.Id, 1, (_, times) => times + 1);
                inHand = rounds > 0 ? (await RefillAsync(lane, quota: 5)).Deliveries : [];
            }

            await ReleaseAsync(lane);
            if (delivered.Count == Publishers * Each)
                await done.CancelAsync();
        }
    }

    /// <summary>One worker's way through a lane, with a publisher's act before the step of that number; answers with what it was given.</summary>
    private async Task<List<LeasedDelivery>> WorkAsync(int boundary, bool another, Func<Task> act)
    {
        LeasedLane lane = null!;
        var given = new List<LeasedDelivery>();
        Func<Task>[] steps =
        [
            async () => given.AddRange((lane = await LeaseOneAsync()).Deliveries),
            async () => given.AddRange((await RefillAsync(lane, quota: 10, [.. given])).Deliveries),
            () => SettleAsync([.. given.Select(delivery => Settlements.Delivered(lane, delivery))]),
            () => RenewAsync(lane),
            async () => given.AddRange((await RefillAsync(lane, quota: another ? 1 : 0)).Deliveries),
            () => ReleaseAsync(lane),
        ];
        Expect.Count(WorkerSteps, steps);
        for (var step = 0; step < WorkerSteps; step++)
        {
            if (step == boundary)
                await act();
            await steps[step]();
        }

        if (boundary == WorkerSteps)
            await act();
        return given;
    }
}
