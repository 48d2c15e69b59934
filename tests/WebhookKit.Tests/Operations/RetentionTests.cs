using WebhookKit.Testing;
using WebhookKit.Tests.Dispatching;

namespace WebhookKit.Tests.Operations;

/// <summary>Retention as a part of a whole host.</summary>
public sealed class RetentionTests
{
    private readonly VirtualClock _clock = new();

    [Fact]
    public async Task A_node_that_dispatches_trims_by_its_settings()
    {
        var trimmed = 0;
        await using var host = await SenderHost.StartAsync(o => o.Retention.Interval = TimeSpan.FromMinutes(10), _clock);
        host.Store.After = call => Interlocked.Add(ref trimmed, call == "trim" ? 1 : 0);

        using var deadline = new CancellationTokenSource(Happenings.Deadline);
        while (Volatile.Read(ref trimmed) < 2)
        {
            deadline.Token.ThrowIfCancellationRequested();
            _clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_node_that_only_publishes_trims_nothing()
    {
        await using var host = await SenderHost.StartAsync(o => o.Dispatcher.Enabled = false, _clock);

        _clock.NextTimerDue.Should().BeNull();
    }
}
