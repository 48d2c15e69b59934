using WebhookKit.InMemory;

namespace WebhookKit.Tests.Subscriptions;

public sealed class InMemorySubscriptionStoreTests : SubscriptionStoreSpecs
{
    protected override Task<ISubscriptionStore> CreateAsync() => Task.FromResult<ISubscriptionStore>(new InMemorySubscriptionStore());
}
