using WebhookKit.InMemory;
using WebhookKit.Testing;

namespace WebhookKit.Tests.InMemory;

public sealed class InMemoryFixture : StoreFixture
{
    private readonly VirtualClock _clock = new();
    private InMemoryStore? _store;
    private InMemorySubscriptionStore? _subscriptions;

    public override IWebhookStore? Store => _store;

    public override ISubscriptionStore? Subscriptions => _subscriptions;

    public override VirtualClock? Clock => _clock;

    public override ValueTask StartAsync()
    {
        _store = new InMemoryStore(new InMemoryStoreOptions(), _clock);
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
        _store?.Dispose();
        return ValueTask.CompletedTask;
    }
}
