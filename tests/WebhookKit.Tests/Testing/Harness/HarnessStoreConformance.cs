using WebhookKit.InMemory;
using WebhookKit.Testing;
using WebhookKit.Testing.Harness;
using WebhookKit.Tests.Testing.Stores;

namespace WebhookKit.Tests.Testing.Harness;

/// <summary>The harness changes nothing of what the dispatcher may rely on: with it in between, the store still passes every spec.</summary>
public sealed class HarnessStoreConformance : StoreConformance<HarnessStoreFixture>;

public sealed class HarnessStoreFixture : StoreFixture
{
    private readonly VirtualClock _clock = new();
    private InMemoryStore? _inner;
    private HarnessStore? _store;
    private InMemorySubscriptionStore? _subscriptions;

    public override IWebhookStore? Store => _store;

    public override ISubscriptionStore? Subscriptions => _subscriptions;

    public override VirtualClock? Clock => _clock;

    public override ValueTask StartAsync()
    {
        _inner = new InMemoryStore(new InMemoryStoreOptions(), _clock);
        _store = new HarnessStore(_inner, new Stillness(), new HandedOut(), _clock, isUnderHarness: false);
        _subscriptions = new InMemorySubscriptionStore();
        return ValueTask.CompletedTask;
    }

    public override ValueTask AdvanceAsync(TimeSpan by)
    {
        _clock.Advance(by);
        return ValueTask.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        _inner?.Dispose();
        return ValueTask.CompletedTask;
    }
}
