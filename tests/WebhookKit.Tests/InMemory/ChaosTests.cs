using WebhookKit.Tests.Testing.Stores;

namespace WebhookKit.Tests.InMemory;

public sealed class ChaosTests : InMemoryStoreTests
{
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Nothing_is_lost_stranded_or_in_two_hands_at_once(int seed)
    {
        Open();
        using var chaos = new StoreChaos(Store, Clock, messages: 1_500, workers: 4, TimeSpan.FromMinutes(5), wallClockSteps: true);
        await chaos.RunAsync(seed);
    }
}
