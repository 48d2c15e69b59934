using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WebhookKit.Telemetry;
using WebhookKit.Testing;
using WebhookKit.Tests.Dispatching;
using WebhookKit.Tests.Publishing;

namespace WebhookKit.Tests.Telemetry;

public sealed class ObserverLineTests : IAsyncDisposable
{
    private readonly VirtualClock _clock = new();
    private readonly PublishingHost _host = new();
    private readonly LogLines _log = new();
    private readonly Measurements _measurements;
    private readonly ILoggerFactory _loggers;

    public ObserverLineTests()
    {
        _measurements = new Measurements(_host.Services);
        _loggers = LoggerFactory.Create(b => b.AddProvider(_log));
    }

    public ValueTask DisposeAsync()
    {
        _measurements.Dispose();
        _loggers.Dispose();
        return _host.DisposeAsync();
    }

    [Fact]
    public async Task Events_beyond_the_bound_are_dropped_counted_and_logged_once()
    {
        var letGo = new TaskCompletionSource();
        var told = 0;
        var entered = new TaskCompletionSource();
        var line = Line(async () =>
        {
            told++;
            entered.TrySetResult();
            await letGo.Task;
        });
        var running = line.RunAsync(default);
        line.Tell(Event());
        await entered.Task;
        for (var i = 0; i < ObserverLine.Bound + 7; i++)
            line.Tell(Event());
        letGo.SetResult();
        line.Complete();
        await running;

        told.Should().Be(1 + ObserverLine.Bound);
        _measurements.Seen.Should().HaveCount(7).And.OnlyContain(m => m.Name == "webhookkit.observer.dropped" && m.Tags == "webhookkit.observer=Acting");
        _log.Lines.Select(l => l.Id.Id).Should().Equal(1503, 1504);
        _log.Lines.Last().Text.Should().Contain("7 were dropped");
    }

    [Fact]
    public async Task One_that_throws_is_logged_once_until_it_succeeds()
    {
        var outcomes = new Queue<bool>([false, false, true, true, false]);
        var line = Line(() => outcomes.Dequeue() ? Task.CompletedTask : throw new InvalidOperationException("odd"));
        for (var i = 0; i < 5; i++)
            line.Tell(Event());
        line.Complete();
        await line.RunAsync(default);

        outcomes.Should().BeEmpty();
        _log.Lines.Select(l => l.Id.Id).Should().Equal(1500, 1502, 1500);
    }

    [Fact]
    public async Task One_that_takes_too_long_is_logged_once_and_gets_its_next_event_afterwards()
    {
        var letGo = new TaskCompletionSource();
        var told = 0;
        var line = Line(() => ++told == 1 ? letGo.Task : Task.CompletedTask);
        line.Tell(Event());
        line.Tell(Event());
        line.Complete();
        var running = line.RunAsync(default);
        await UntilAsync(() => _clock.NextTimerDue is not null);
        _clock.Advance(TimeSpan.FromSeconds(30));
        await UntilAsync(() => _log.Lines.Count > 0);
        letGo.SetResult();
        await running;

        told.Should().Be(2);
        _log.Lines.Select(l => l.Id.Id).Should().Equal(1501, 1502);
    }

    [Fact]
    public async Task When_the_host_has_no_time_left_what_was_not_told_is_counted()
    {
        using var giveUp = new CancellationTokenSource();
        var entered = new TaskCompletionSource();
        var line = Line(() =>
        {
            entered.TrySetResult();
            return new TaskCompletionSource().Task;
        });
        var running = line.RunAsync(giveUp.Token);
        for (var i = 0; i < 3; i++)
            line.Tell(Event());
        await entered.Task;

        await giveUp.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(60));

        _log.Lines.Should().ContainSingle(l => l.Id.Id == 1505).Which.Text.Should().Contain("3 operational events");
    }

    private static DeliveryRecovered Event() => new()
    {
        OccurredAt = DateTimeOffset.UnixEpoch, Delivery = new DeliveryId(1), MessageId = "msg_1", EventType = "a",
    };

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private ObserverLine Line(Func<Task> act) =>
        new(new Acting(act), _host.Services.GetRequiredService<WebhookMetrics>(), _clock, new QuietLogger(_loggers));

    private sealed class Acting(Func<Task> act) : IWebhookObserver
    {
        public async ValueTask ObserveAsync(OperationalEvent operationalEvent, CancellationToken cancellationToken) => await act();
    }
}
