namespace WebhookKit.Testing.Stores;

internal sealed class LongPollSpecs(StoreFixture fixture) : StoreSpecs(fixture)
{
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(10);

    [Spec]
    public async Task Without_a_wait_an_empty_answer_comes_at_once()
    {
        var result = await LeaseAsync();

        Expect.Empty(result.Lanes);
        Expect.Null(result.NextDue);
    }

    [Spec]
    public async Task An_enqueue_wakes_a_waiting_worker()
    {
        var waiting = LeaseAsync(wait: Wait);
        Expect.False(waiting.IsCompleted);

        var messages = await PublishAsync(1);

        Expect.Sequence(messages, MessagesOf(Expect.One((await Expect.InTimeAsync(waiting, Patience)).Lanes).Deliveries));
    }

    [Spec]
    public async Task A_release_wakes_a_waiting_worker()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        var waiting = LeaseAsync(wait: Wait);

        await ReleaseAsync(lane);

        Expect.Count(1, (await Expect.InTimeAsync(waiting, Patience)).Lanes);
    }

    [Spec]
    public async Task A_due_time_wakes_a_waiting_worker_and_not_before()
    {
        await PublishAsync(1, delay: 60 * Second);
        var waiting = LeaseAsync(wait: Wait);

        await AdvanceAsync(59 * Second);
        Expect.False(waiting.IsCompleted);
        await AdvanceAsync(Second);

        Expect.Count(1, (await Expect.InTimeAsync(waiting, Patience)).Lanes);
    }

    [Spec]
    public async Task An_expired_lease_wakes_a_waiting_worker()
    {
        await PublishAsync(1);
        var lost = await LeaseOneAsync();
        var waiting = LeaseAsync(wait: Wait);

        await AdvanceAsync(LeaseTime);

        Expect.Equal(lost.Lane, Expect.One((await Expect.InTimeAsync(waiting, Patience)).Lanes).Lane);
    }

    [Spec]
    public async Task A_renewal_keeps_a_waiting_worker_waiting()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        var waiting = LeaseAsync(wait: Wait);

        await AdvanceAsync(LeaseTime * 0.9);
        await RenewAsync(lane);
        await AdvanceAsync(LeaseTime * 0.9);
        Expect.False(waiting.IsCompleted);
        await AdvanceAsync(LeaseTime * 0.1);

        Expect.Count(1, (await Expect.InTimeAsync(waiting, Patience)).Lanes);
    }

    [Spec]
    public async Task A_wait_ends_empty_at_its_maximum()
    {
        await PublishAsync(1, delay: 60 * Second);
        var waiting = LeaseAsync(wait: 20 * Second);

        await AdvanceAsync(20 * Second);

        var result = await Expect.InTimeAsync(waiting, Patience);
        Expect.Empty(result.Lanes);
        Expect.Close(40 * Second, result.NextDue);
    }

    [Spec]
    public async Task Of_several_waiting_workers_each_gets_lanes_of_its_own()
    {
        var waiting = Enumerable.Range(0, 4).Select(_ => LeaseAsync(lanes: 1, wait: Wait)).ToArray();

        await EnqueueAsync([.. Enumerable.Range(1, 4).Select(lane => Request(lane))]);

        var results = await Expect.InTimeAsync(Task.WhenAll(waiting), Patience);
        Expect.SameItems([Lane(1), Lane(2), Lane(3), Lane(4)], results.Select(result => Expect.One(result.Lanes).Lane));
    }

    [Spec]
    public async Task Cancelling_ends_the_wait_and_takes_no_lane()
    {
        using var cancellation = new CancellationTokenSource();
        var waiting = LeaseAsync(wait: Wait, cancellationToken: cancellation.Token);

        await cancellation.CancelAsync();
        await Expect.ThrowsAsync<OperationCanceledException>(() => Expect.InTimeAsync(waiting, Patience));

        await PublishAsync(1);
        Expect.Count(1, (await LeaseAsync()).Lanes);
    }

    [Spec]
    public async Task Cancelling_never_hides_a_lease_that_was_granted()
    {
        for (var round = 1; round <= 200; round++)
        {
            using var cancellation = new CancellationTokenSource();
            var waiting = LeaseAsync(wait: Wait, cancellationToken: cancellation.Token);
            var cancelling = Task.Run(cancellation.Cancel);
            await PublishAsync(round);
            await cancelling;

            Expect.Equal(1, await LeasedAsync(waiting) + (await LeaseAsync()).Lanes.Count);
        }
    }

    private static async Task<int> LeasedAsync(Task<LeaseResult> waiting)
    {
        try
        {
            return (await Expect.InTimeAsync(waiting, Patience)).Lanes.Count;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }
}
