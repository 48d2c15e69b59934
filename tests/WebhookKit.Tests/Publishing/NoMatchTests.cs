using Microsoft.Extensions.DependencyInjection;
using WebhookKit.Subscriptions;

namespace WebhookKit.Tests.Publishing;

public sealed class NoMatchTests : IAsyncDisposable
{
    private static readonly PublishOptions Asking = new() { ExplainNoMatch = true };

    private readonly PublishingHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_publish_that_matched_nothing_says_why_if_it_is_asked()
    {
        await _host.SubscribeAsync("car.*");

        (await _host.PublishAsync(new PublishOptions())).NoMatch.Should().BeNull("nobody asked");
        var result = await _host.PublishAsync(Asking);

        result.Targets.Should().Be(0);
        result.NoMatch!.Findings.Should().ContainSingle().Which.Reason.Should().Be(NoMatchReason.EventTypeNotAskedFor);
    }

    [Fact]
    public async Task A_publish_that_goes_somewhere_explains_nothing()
    {
        await _host.SubscribeAsync("*");

        (await _host.PublishAsync(Asking)).NoMatch.Should().BeNull();
    }

    [Fact]
    public async Task Subscriptions_of_other_tenants_are_never_shown()
    {
        await _host.SubscribeAsync("*", "acme");
        await _host.SubscribeAsync("*");

        var foreign = (await _host.PublishAsync(Asking with { Tenant = "other" })).NoMatch!;

        foreign.Findings.Should().ContainSingle().Which.Reason.Should().Be(NoMatchReason.NoSubscription);
        foreign.Examined.Should().Be(0);
    }

    [Fact]
    public async Task Named_subscriptions_that_get_nothing_are_explained_by_their_status()
    {
        var subscription = await _host.SubscribeAsync("car.*");
        await _host.Subscriptions.UpdateAsync(subscription with { Status = SubscriptionStatus.Disabled, StatusReason = "No answer for days." });

        var explanation = (await _host.PublishAsync(Asking with { Subscriptions = [subscription.Id] })).NoMatch!;

        explanation.Findings.Should().ContainSingle().Which.Examples.Should().ContainSingle()
            .Which.Should().Match<NoMatchExample>(x => x.Subscription == subscription.Id && x.Detail == "disabled: No answer for days.");
        (await _host.PublishAsync(Asking with { Destinations = [] })).NoMatch!.Findings.Should().ContainSingle()
            .Which.Reason.Should().Be(NoMatchReason.NobodyNamed);
    }

    [Fact]
    public async Task Of_many_subscriptions_a_bounded_number_is_read_page_by_page()
    {
        var store = _host.Services.GetRequiredService<ISubscriptionStore>();
        for (var i = 0; i < 10_001; i++)
        {
            var id = new SubscriptionId(new Guid(i + 1, 0, 0, new byte[8]));
            await store.AddAsync(new Subscription { Id = id, Url = "https://example.com/", Events = [EventPattern.Parse("a")] }, default);
        }

        var explanation = await _host.Services.GetRequiredService<NoMatchExplainer>().ExplainAsync(new EventToMatch { EventType = "b" }, default);

        (explanation.Examined, explanation.IsCutOff, explanation.Findings[0].Count).Should().Be((10_000, true, 10_000));
        explanation.ToString().Should().Contain("Only the oldest 10000 subscriptions");
        await store.RemoveAsync(new SubscriptionId(new Guid(1, 0, 0, new byte[8])), default);
        (await _host.PublishAsync(Asking)).NoMatch!.Should().Match<NoMatchExplanation>(x => x.Examined == 10_000 && !x.IsCutOff);
    }
}
