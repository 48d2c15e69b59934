using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WebhookKit.Dispatching;
using WebhookKit.InMemory;
using WebhookKit.Telemetry;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Dispatching;

/// <summary>Whoever has a delivery settled hears of it once, whatever the store does.</summary>
public sealed class SettlementBatcherTests : IAsyncDisposable
{
    private readonly VirtualClock _clock = new();
    private readonly StoreProbe _store;
    private readonly ServiceProvider _services;
    private readonly SettlementBatcher _batcher;
    private int _calls;

    public SettlementBatcherTests()
    {
        _store = new StoreProbe(new InMemoryStore(new InMemoryStoreOptions(), _clock));
        var services = new ServiceCollection();
        services.AddLogging().AddWebhooks();
        _services = services.BuildServiceProvider();
        var logger = new QuietLogger(_services.GetRequiredService<ILoggerFactory>());
        _batcher = new SettlementBatcher(_store, _clock, _services.GetRequiredService<WebhookMetrics>(), logger);
    }

    public async ValueTask DisposeAsync()
    {
        _batcher.Dispose();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task Each_listener_is_answered_once()
    {
        var listeners = Settle(5);
        var running = _batcher.RunAsync();
        await Task.WhenAll(listeners.Select(l => l.Heard));
        _batcher.Complete();
        await running;

        listeners.Should().OnlyContain(l => l.Calls == 1 && l.Answer == SettleOutcome.Gone);
    }

    [Fact]
    public async Task A_batch_that_is_refused_and_given_up_in_the_middle_tells_each_listener_once()
    {
        _store.Before = call =>
        {
            switch (call == "settle" ? Interlocked.Increment(ref _calls) : 0)
            {
                case 0 or 2:
                    return;
                case 1:
                    throw new ArgumentException("Malformed.", call);
                default:
                    _batcher.GiveUp();
                    throw new IOException("The database is down.");
            }
        };
        var listeners = Settle(3);
        var running = _batcher.RunAsync();
        await Task.WhenAll(listeners.Select(l => l.Heard));
        _batcher.Complete();
        await running;

        listeners.Should().OnlyContain(l => l.Calls == 1);
        listeners.Should().Contain(l => l.Answer == null);
    }

    [Fact]
    public async Task A_settlement_after_the_end_is_given_up_at_once()
    {
        _batcher.Complete();
        var listener = Settle(1).Single();

        await listener.Heard;
        (listener.Calls, listener.Answer).Should().Be((1, null));
    }

    private Listener[] Settle(int count) => [.. Enumerable.Range(1, count).Select(i =>
    {
        var listener = new Listener();
        var settlement = new Settlement
        {
            Delivery = new DeliveryId(i), Lane = new LaneId(Guid.NewGuid()), Token = new LaneToken(Guid.NewGuid()), AttemptsMade = 0,
            Action = SettlementAction.Delivered,
        };
        _batcher.Settle(settlement, keepsPlace: false, listener);
        return listener;
    })];

    private sealed class Listener : ISettlementListener
    {
        private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _calls;

        public Task Heard => _heard.Task;

        public int Calls => Volatile.Read(ref _calls);

        public SettleOutcome? Answer { get; private set; }

        public void Answered(SettlementBatcher.Answer? answer)
        {
            Answer = answer?.Result;
            GivenUp();
        }

        public void GivenUp()
        {
            Interlocked.Increment(ref _calls);
            _heard.TrySetResult();
        }
    }
}
