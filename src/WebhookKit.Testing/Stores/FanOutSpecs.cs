using System.Collections.Concurrent;

namespace WebhookKit.Testing.Stores;

/// <summary>Messages with more targets than are stored at once.</summary>
internal sealed class FanOutSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    private const int Many = 5_500, Lanes = 11;

    [Spec(999)]
    [Spec(1_000)]
    [Spec(1_001)]
    [Spec(2_500)]
    public async Task Each_target_becomes_one_delivery(int targets)
    {
        var request = Large(targets);

        Expect.Equal(targets, Expect.One(await AcceptAsync(request)).Targets);

        Expect.Equal(targets, (await MeasureAsync()).Waiting);
        var leased = await WorkAsync();
        Expect.SameItems(
            request.Targets.GroupBy(target => target.Subscription).Select(group => (group.Key, group.Count())),
            leased.GroupBy(delivery => delivery.Subscription).Select(group => (group.Key, group.Count())));
        Expect.Unique(leased.Select(delivery => delivery.Id));
        Expect.Equal(0, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task Each_delivery_is_due_after_its_own_delay()
    {
        var now = Large(1_500);
        await EnqueueAsync(now with { Targets = [.. now.Targets.Select((target, i) => target with { Delay = i % 2 * 60 * Second })] });

        Expect.Count(750, await WorkAsync());
        await AdvanceAsync(60 * Second);
        Expect.Count(750, await WorkAsync());
    }

    [Spec]
    public async Task A_call_of_many_large_messages_stores_all_of_them()
    {
        EnqueueRequest[] requests = [Large(700), Large(1_700), Request(), Large(10), Large(1_000)];

        Expect.All(await EnqueueAsync(requests), outcome => outcome == EnqueueOutcome.Accepted);

        var leased = await WorkAsync();
        foreach (var request in requests)
            Expect.Count(request.Targets.Count, leased.Where(delivery => delivery.Message.Id == request.Message.Id));
    }

    [Spec]
    public async Task All_wait_at_once_however_the_deliveries_come_to_be()
    {
        var enqueue = Task.Run(() => EnqueueAsync(Large(Many)));

        var seen = new HashSet<long>();
        while (!enqueue.IsCompleted)
        {
            seen.Add((await MeasureAsync()).Waiting);
            await Task.Yield();
        }

        Expect.Sequence([EnqueueOutcome.Accepted], await enqueue);
        Expect.Empty(seen.Except([0, Many]));
        Expect.Equal(Many, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task It_is_a_duplicate_from_the_moment_it_is_accepted()
    {
        var request = Large(Many);

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => AcceptAsync(request))));

        Expect.Count(1, results.Where(result => result[0].Outcome == EnqueueOutcome.Accepted));
        Expect.All(results, result => result[0].Targets == Many);
        Expect.Equal(Many, (await MeasureAsync()).Waiting);
    }

    [Spec]
    public async Task A_call_that_is_cancelled_on_its_way_stores_all_or_nothing()
    {
        using var cancel = new CancellationTokenSource();
        var request = Large(Many);
        var enqueue = Task.Run(async () => await Store.EnqueueAsync([request], cancel.Token));
        while ((await MeasureAsync()).Waiting == 0 && !enqueue.IsCompleted)
            await Task.Yield();
        await cancel.CancelAsync();
        await enqueue.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        var stored = enqueue.IsCompletedSuccessfully || await Store.FindMessageAsync(request.Message.PublicId, CancellationToken.None) is not null;

        Expect.Count(stored ? Many : 0, await WorkUntilEmptyAsync());
    }

    [Spec]
    public async Task Workers_deliver_what_is_there_already_and_everything_once()
    {
        var request = Large(Many);
        var delivered = new ConcurrentDictionary<DeliveryId, int>();
        var enqueue = Task.Run(() => EnqueueAsync(request));

        for (var more = true; more;)
        {
            more = !enqueue.IsCompleted;
            foreach (var delivery in await WorkAsync())
                delivered.AddOrUpdate(delivery.Id, 1, (_, times) => times + 1);
        }

        Expect.Count(Many, delivered);
        Expect.All(delivered.Values, times => times == 1);
        Expect.Equal(0, (await MeasureAsync()).Waiting);
        Expect.Equal(Many, Expect.NotNull(await Store.FindMessageAsync(request.Message.PublicId, CancellationToken.None)).Targets);
    }

    [Spec]
    public async Task What_is_trimmed_or_cancelled_meanwhile_takes_nothing_from_the_others()
    {
        var request = Large(Many);
        var enqueue = Task.Run(() => EnqueueAsync(request));
        var ended = 0;

        for (var more = true; more;)
        {
            more = !enqueue.IsCompleted;
            ended += (await CancelAsync(await DeliveriesOfAsync(request))).Count(result => result == CancelOutcome.Cancelled);
            ended += (await WorkAsync()).Count;
            await AdvanceAsync(Second);
            await TrimAsync(TimeSpan.Zero, TimeSpan.Zero, limit: 1_000);
        }

        Expect.Equal(Many, ended);
        Expect.Equal(0, (await MeasureAsync()).Waiting);
        Expect.Null(await Store.FindMessageAsync(request.Message.PublicId, CancellationToken.None), "it went with its last delivery");
    }

    [Spec]
    public async Task A_message_that_is_cancelled_meanwhile_is_cancelled_to_its_last_delivery()
    {
        var request = Large(Many);
        var enqueue = Task.Run(() => EnqueueAsync(request));
        while ((await MeasureAsync()).Waiting == 0 && !enqueue.IsCompleted)
            await Task.Yield();

        var cancelled = 0;
        for (var hasMore = true; hasMore;)
        {
            (var batch, hasMore) = await CancelMessageAsync(request, limit: 500);
            Expect.True(batch <= 500);
            cancelled += batch;
        }

        Expect.Equal(0, (await MeasureAsync()).Waiting);
        Expect.Sequence([EnqueueOutcome.Accepted], await enqueue);
        Expect.Equal(Many, cancelled);
        Expect.Equal(0, (await MeasureAsync()).Waiting);
        Expect.Empty((await LeaseAsync()).Lanes);
        var ended = await Store.CountAsync(new StatisticsQuery { AllTenants = true }, CancellationToken.None);
        Expect.Equal(Many, (int)ended.Cancelled);
    }

    [Spec]
    public async Task What_is_erased_meanwhile_never_comes_to_be()
    {
        var request = Large(Many);
        var enqueue = Task.Run(() => EnqueueAsync(request));
        while ((await MeasureAsync()).Waiting == 0 && !enqueue.IsCompleted)
            await Task.Yield();

        await EraseAsync(Tenant, limit: 500);
        await enqueue;

        Expect.Equal(0, (await MeasureAsync()).Waiting);
        Expect.Null(await Store.FindMessageAsync(request.Message.PublicId, CancellationToken.None));
        Expect.Empty((await ListAsync(new DeliveryQuery { AllTenants = true })).Items);
        Expect.Empty((await LeaseAsync()).Lanes);
    }

    private static EnqueueRequest Large(int targets) => Request([.. Enumerable.Range(0, targets).Select(i => Target(i % Lanes))]);

    private async Task<IReadOnlyList<LeasedDelivery>> WorkUntilEmptyAsync()
    {
        var worked = new List<LeasedDelivery>();
        while ((await MeasureAsync()).Waiting > 0)
            worked.AddRange(await WorkAsync());
        return worked;
    }
}
