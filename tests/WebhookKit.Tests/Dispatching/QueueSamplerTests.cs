using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WebhookKit.Dispatching;
using WebhookKit.InMemory;
using WebhookKit.Telemetry;
using WebhookKit.Testing;
using WebhookKit.Tests.Telemetry;

namespace WebhookKit.Tests.Dispatching;

/// <summary>What the gauges of the queue show, and when it is measured for them.</summary>
public sealed class QueueSamplerTests : IAsyncDisposable
{
    private readonly VirtualClock _clock = new();
    private readonly StoreProbe _store;
    private readonly LogLines _log = new();
    private readonly Pauses _pauses = new();
    private readonly ServiceProvider _services;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _calls = [];
    private Task _running = Task.CompletedTask;

    public QueueSamplerTests()
    {
        _store = new StoreProbe(new InMemoryStore(new InMemoryStoreOptions(), _clock)) { Before = _calls.Add };
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(_log));
        services.AddWebhooks().AddEvent("thing.happened").UseStore(_ => _store);
        _services = services.BuildServiceProvider();
    }

    private int Measured => _calls.Count(call => call == "measure");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromSeconds(60));
        _stop.Dispose();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task The_gauges_show_the_queue_as_it_was_measured_last_every_ten_seconds()
    {
        using var measurements = new Measurements(_services);
        await EnqueueAsync();
        _clock.Advance(TimeSpan.FromSeconds(90));
        await EnqueueAsync();
        await EnqueueAsync(TimeSpan.FromHours(1));
        Start();

        var pause = await _pauses.NextAsync();
        pause.Length.Should().Be(TimeSpan.FromSeconds(10));
        Gauges(measurements).Should().BeEquivalentTo(
        [
            ("webhookkit.queue.due", "{delivery}", 2d, ""), ("webhookkit.queue.waiting", "{delivery}", 3d, ""), ("webhookkit.queue.oldest_due.age", "s", 90d, ""),
        ]);

        await EnqueueAsync();
        _clock.Advance(TimeSpan.FromSeconds(10));
        Gauges(measurements).Select(gauge => gauge.Value).Should().BeEquivalentTo([2d, 3d, 90d], "it was not measured since");
        pause.End();
        await _pauses.NextAsync();
        Gauges(measurements).Select(gauge => gauge.Value).Should().BeEquivalentTo([3d, 4d, 100d]);
        Measured.Should().Be(2);
    }

    [Fact]
    public async Task An_empty_queue_shows_as_zero()
    {
        using var measurements = new Measurements(_services);
        Start();
        await _pauses.NextAsync();

        Gauges(measurements).Select(gauge => gauge.Value).Should().Equal(0, 0, 0);
    }

    [Fact]
    public async Task What_nobody_watches_is_not_measured_until_somebody_does()
    {
        Start();
        var pause = await _pauses.NextAsync();
        Measured.Should().Be(0);

        using var measurements = new Measurements(_services);
        Gauges(measurements).Should().BeEmpty("nothing is known yet");
        pause.End();
        await _pauses.NextAsync();
        Gauges(measurements).Should().HaveCount(3);
    }

    [Fact]
    public async Task A_measurement_that_fails_is_logged_and_the_next_one_is_made()
    {
        using var measurements = new Measurements(_services);
        _store.Before = _ => throw new IOException("The database is down.");
        Start();
        var pause = await _pauses.NextAsync();
        _log.Lines.Should().ContainSingle(line => line.Id.Id == 1016 && line.Level == LogLevel.Error);
        Gauges(measurements).Should().BeEmpty();

        _store.Before = null;
        pause.End();
        await _pauses.NextAsync();
        Gauges(measurements).Should().HaveCount(3);
        _log.Lines.Should().ContainSingle(line => line.Id.Id == 1016);
    }

    [Fact]
    public async Task It_ends_when_it_is_told_to_stop_also_in_the_middle_of_a_measurement_and_logs_nothing()
    {
        using var measurements = new Measurements(_services);
        var measuring = new TaskCompletionSource();
        _store.Delays = _ =>
        {
            measuring.SetResult();
            return Task.FromCanceled(_stop.Token);
        };
        _store.Before = _ => _stop.Cancel();
        Start();

        await measuring.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await _running.WaitAsync(TimeSpan.FromSeconds(60));

        _log.Lines.Should().BeEmpty();
    }

    private static IReadOnlyList<(string Name, string? Unit, double Value, string Tags)> Gauges(Measurements measurements)
    {
        var before = measurements.Seen.Count;
        measurements.RecordGauges();
        return [.. measurements.Seen.Skip(before)];
    }

    private void Start()
    {
        var sampler = new QueueSampler(_store, _services.GetRequiredService<WebhookMetrics>(), _pauses, _services.GetRequiredService<QuietLogger>());
        _running = Task.Run(() => sampler.RunAsync(_stop.Token));
    }

    private async Task EnqueueAsync(TimeSpan delay = default)
    {
        var subscription = SubscriptionId.New(_clock);
        var id = Guid.CreateVersion7();
        await _store.EnqueueAsync(
        [
            new EnqueueRequest
            {
                Message = new WebhookMessage
                {
                    Id = id, PublicId = $"msg_{id:N}", EventType = "thing.happened", Timestamp = default, Data = "{}"u8.ToArray(),
                },
                Targets = [new DeliveryTarget { Lane = LaneId.Of(subscription), Subscription = subscription, Delay = delay }],
            },
        ], default);
    }

    /// <summary>Every pause lasts until the test ends it.</summary>
    private sealed class Pauses : TimeProvider
    {
        private readonly Channel<(TimeSpan Length, Action End)> _begun = Channel.CreateUnbounded<(TimeSpan Length, Action End)>();

        public async Task<(TimeSpan Length, Action End)> NextAsync() => await _begun.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _begun.Writer.TryWrite((dueTime, () => callback(state)));
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
