namespace WebhookKit.Tests.Retry;

public sealed class RetryJitterTests
{
    [Fact]
    public void Fractions_are_spread_from_0_up_to_but_not_including_1()
    {
        var jitter = new RetryJitter();

        var fractions = Enumerable.Range(0, 1000).Select(_ => jitter.Next()).ToArray();

        fractions.Should().OnlyContain(fraction => fraction >= 0 && fraction < 1);
        fractions.Min().Should().BeLessThan(0.1);
        fractions.Max().Should().BeGreaterThan(0.9);
    }
}
