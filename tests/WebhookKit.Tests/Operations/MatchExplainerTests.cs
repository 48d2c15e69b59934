using Microsoft.Extensions.DependencyInjection;
using WebhookKit.Tests.Publishing;

namespace WebhookKit.Tests.Operations;

/// <summary>What an event that is only thought of would match.</summary>
public sealed class MatchExplainerTests : IAsyncDisposable
{
    private readonly PublishingHost _host = new();

    private IWebhookOperations Operations => _host.Services.GetRequiredService<IWebhookOperations>();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Those_that_would_get_it_are_named_and_the_others_counted_by_reason()
    {
        var (exact, paused) = (await _host.SubscribeAsync("car.moved", "acme"), await _host.SubscribeAsync("car.*", "acme"));
        var (off, other) = (await _host.SubscribeAsync("*", "acme"), await _host.SubscribeAsync("car.stopped", "acme"));
        await _host.SubscribeAsync("*");
        await _host.SubscribeAsync("*", "ACME");
        await _host.Subscriptions.SetStatusAsync(paused.Id, SubscriptionStatus.Paused);
        await _host.Subscriptions.SetStatusAsync(off.Id, SubscriptionStatus.Disabled, "at their wish");

        var explained = await Operations.ExplainMatchAsync("car.moved", "acme");

        explained.Matching.Should().Equal(exact.Id, paused.Id);
        (explained.MatchCount, explained.Examined, explained.IsCutOff).Should().Be((2, 4, false));
        explained.Findings.Select(f => (f.Reason, f.Count, f.Examples.Single().Subscription)).Should().Equal(
            (NoMatchReason.Disabled, 1, off.Id), (NoMatchReason.EventTypeNotAskedFor, 1, other.Id));
        explained.ToString().Split('\n').Should().Equal(
            "It would go to 2 subscriptions.", "Would get it, but disabled: 1 subscription.",
            "Not asking for 'car.moved': 1 subscription. Nearest patterns: 'car.stopped'.");
        (await _host.PublishAsync(new PublishOptions { Tenant = "acme" })).Targets.Should().Be(0, "another event was thought of");
        (await _host.Publisher.PublishJsonAsync("car.moved", "{}"u8.ToArray(), new PublishOptions { Tenant = "acme" })).Targets.Should().Be(2);
    }

    [Fact]
    public async Task The_oldest_20_are_named_and_all_are_counted()
    {
        var made = new List<SubscriptionId>();
        for (var i = 0; i < 25; i++)
            made.Add((await _host.SubscribeAsync("car.moved")).Id);

        var explained = await Operations.ExplainMatchAsync("car.moved");

        explained.Matching.Should().Equal(made.Take(20));
        (explained.MatchCount, explained.Findings.Count).Should().Be((25, 0));
        explained.ToString().Should().Be("It would go to 25 subscriptions.");
    }

    [Fact]
    public async Task A_tenant_without_subscriptions_is_a_finding()
    {
        await _host.SubscribeAsync("*");

        var explained = await Operations.ExplainMatchAsync("car.moved", "acme");

        (explained.Matching.Count, explained.MatchCount, explained.Examined).Should().Be((0, 0, 0));
        explained.Findings.Should().ContainSingle().Which.Reason.Should().Be(NoMatchReason.NoSubscription);
    }

    [Fact]
    public async Task Nothing_is_published()
    {
        await _host.SubscribeAsync("car.moved");

        await Operations.ExplainMatchAsync("car.moved");

        (await _host.Log.MeasureAsync(default)).Waiting.Should().Be(0);
        (await _host.Log.ListMessagesAsync(new MessageQuery { AllTenants = true }, default)).Items.Should().BeEmpty();
    }
}
