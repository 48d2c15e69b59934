using WebhookKit.Tests.Testing.Stores;

namespace WebhookKit.Tests.PostgreSql;

public sealed class ChaosTests
{
    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public async Task Nothing_is_lost_stranded_or_in_two_hands_at_once(int seed)
    {
        await using var fixture = new PostgreSqlFixture();
        await fixture.StartAsync();

        using var chaos = new StoreChaos(fixture.Store!, fixture.Clock!, messages: 400, workers: 8, TimeSpan.FromMinutes(5), wallClockSteps: false);
        await chaos.RunAsync(seed);
    }
}
