using WebhookKit.Testing;

namespace WebhookKit.Tests.Queueing;

public abstract class LongPollSpecs<TFixture> : DeliveryQueueSpecs<TFixture> where TFixture : StoreFixture, new()
{
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Without_a_wait_an_empty_answer_comes_at_once()
    {
        var result = await LeaseAsync();

        result.Lanes.Should().BeEmpty();
        result.NextDue.Should().BeNull();
    }

    [Fact]
    public async Task An_enqueue_wakes_a_waiting_worker()
    {
        var waiting = LeaseAsync(wait: Wait);
        waiting.IsCompleted.Should().BeFalse();

        var messages = await PublishAsync(1);

        MessagesOf((await waiting.WaitAsync(Patience)).Lanes.Single().Deliveries).Should().Equal(messages);
    }

    [Fact]
    public async Task A_release_wakes_a_waiting_worker()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        var waiting = LeaseAsync(wait: Wait);

        await ReleaseAsync(lane);

        (await waiting.WaitAsync(Patience)).Lanes.Should().ContainSingle();
    }

    [Fact]
    public async Task A_due_time_wakes_a_waiting_worker_and_not_before()
    {
        await PublishAsync(1, delay: 60 * Second);
        var waiting = LeaseAsync(wait: Wait);

        await AdvanceAsync(59 * Second);
        waiting.IsCompleted.Should().BeFalse();
        await AdvanceAsync(Second);

        (await waiting.WaitAsync(Patience)).Lanes.Should().ContainSingle();
    }

    [Fact]
    public async Task An_expired_lease_wakes_a_waiting_worker()
    {
        await PublishAsync(1);
        var lost = await LeaseOneAsync();
        var waiting = LeaseAsync(wait: Wait);

        await AdvanceAsync(LeaseTime);

        (await waiting.WaitAsync(Patience)).Lanes.Should().ContainSingle().Which.Lane.Should().Be(lost.Lane);
    }

    [Fact]
    public async Task A_renewal_keeps_a_waiting_worker_waiting()
    {
        await PublishAsync(1);
        var lane = await LeaseOneAsync();
        var waiting = LeaseAsync(wait: Wait);

        await AdvanceAsync(LeaseTime * 0.9);
        await RenewAsync(lane);
        await AdvanceAsync(LeaseTime * 0.9);
        waiting.IsCompleted.Should().BeFalse();
        await AdvanceAsync(LeaseTime * 0.1);

        (await waiting.WaitAsync(Patience)).Lanes.Should().ContainSingle();
    }

    [Fact]
    public async Task A_wait_ends_empty_at_its_maximum()
    {
        await PublishAsync(1, delay: 60 * Second);
        var waiting = LeaseAsync(wait: 20 * Second);

        await AdvanceAsync(20 * Second);

        var result = await waiting.WaitAsync(Patience);
        result.Lanes.Should().BeEmpty();
        result.NextDue.Should().BeCloseTo(40 * Second, Second);
    }

    [Fact]
    public async Task Of_several_waiting_workers_each_gets_lanes_of_its_own()
    {
        var waiting = Enumerable.Range(0, 4).Select(_ => LeaseAsync(lanes: 1, wait: Wait)).ToArray();

        await EnqueueAsync([.. Enumerable.Range(1, 4).Select(lane => Request(lane))]);

        var results = await Task.WhenAll(waiting).WaitAsync(Patience);
        results.Select(result => result.Lanes.Single().Lane).Should().BeEquivalentTo([Lane(1), Lane(2), Lane(3), Lane(4)]);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_and_takes_no_lane()
    {
        using var cancellation = new CancellationTokenSource();
        var waiting = LeaseAsync(wait: Wait, cancellationToken: cancellation.Token);

        await cancellation.CancelAsync();
        await FluentActions.Awaiting(() => waiting.WaitAsync(Patience)).Should().ThrowAsync<OperationCanceledException>();

        await PublishAsync(1);
        (await LeaseAsync()).Lanes.Should().ContainSingle();
    }

    [Fact]
    public async Task Cancelling_never_hides_a_lease_that_was_granted()
    {
        for (var round = 1; round <= 200; round++)
        {
            using var cancellation = new CancellationTokenSource();
            var waiting = LeaseAsync(wait: Wait, cancellationToken: cancellation.Token);
            var cancelling = Task.Run(cancellation.Cancel);
            await PublishAsync(round);
            await cancelling;

            var leased = await waiting.WaitAsync(Patience).ContinueWith(
                task => task.IsCanceled ? 0 : task.GetAwaiter().GetResult().Lanes.Count, TaskScheduler.Default);
            leased += (await LeaseAsync()).Lanes.Count;
            leased.Should().Be(1);
        }
    }
}
