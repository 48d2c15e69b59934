using WebhookKit.Queueing;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Queueing;

public sealed class StoreBackoffTests
{
    [Fact]
    public async Task Waits_double_from_a_tenth_of_a_second_to_fifteen_with_up_to_a_quarter_more()
    {
        var clock = new VirtualClock();
        var backoff = new StoreBackoff(clock);
        foreach (var seconds in new[] { 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 15, 15, 15 })
        {
            var waiting = backoff.WaitAsync(CancellationToken.None);
            clock.NextTimerDue!.Value.TotalSeconds.Should().BeInRange(seconds - 0.001, (seconds * 1.25) + 0.001);
            clock.Advance(clock.NextTimerDue.Value);
            await waiting;
        }

        backoff.Failures.Should().Be(11);
    }

    [Fact]
    public async Task Waits_of_many_nodes_differ()
    {
        var clock = new VirtualClock();
        var waits = new HashSet<TimeSpan>();
        for (var i = 0; i < 20; i++)
        {
            var backoff = new StoreBackoff(clock);
            for (var failures = 0; failures < 9; failures++)
            {
                var waiting = backoff.WaitAsync(CancellationToken.None);
                if (failures == 8)
                    waits.Add(clock.NextTimerDue!.Value);
                clock.Advance(clock.NextTimerDue!.Value);
                await waiting;
            }
        }

        waits.Should().HaveCountGreaterThan(10);
        waits.Max().Should().BeGreaterThan(TimeSpan.FromSeconds(15.5), "twenty draws from a quarter of fifteen seconds are not all in its first eighth");
    }

    [Fact]
    public async Task After_a_success_waits_begin_anew()
    {
        var clock = new VirtualClock();
        var backoff = new StoreBackoff(clock);
        for (var i = 0; i < 5; i++)
        {
            var waiting = backoff.WaitAsync(CancellationToken.None);
            clock.Advance(TimeSpan.FromSeconds(20));
            await waiting;
        }

        backoff.Reset();

        backoff.Failures.Should().Be(0);
        _ = backoff.WaitAsync(CancellationToken.None);
        clock.NextTimerDue.Should().BeLessThan(TimeSpan.FromSeconds(0.13));
    }

    [Fact]
    public async Task Whoever_is_told_to_stop_waits_no_longer_and_sees_no_exception()
    {
        using var stop = new CancellationTokenSource();
        var waiting = new StoreBackoff(new VirtualClock()).WaitAsync(stop.Token);
        waiting.IsCompleted.Should().BeFalse();

        await stop.CancelAsync();

        await waiting;
    }

    [Fact]
    public void A_jitter_is_a_fraction()
    {
        var fractions = Enumerable.Range(0, 1_000).Select(_ => Jitter.Next()).ToArray();
        fractions.Should().OnlyContain(f => f >= 0 && f < 1);
        fractions.Average().Should().BeInRange(0.3, 0.7);
    }
}
