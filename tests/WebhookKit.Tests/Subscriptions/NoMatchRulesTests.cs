using WebhookKit.Subscriptions;

namespace WebhookKit.Tests.Subscriptions;

public sealed class NoMatchRulesTests
{
    private static readonly EventToMatch Event = new()
    {
        Tenant = "acme", EventType = "order.paid", Group = "Orders", Attributes = new Dictionary<string, string> { ["region"] = "de" },
    };

    private int _made;

    [Fact]
    public void A_tenant_without_subscriptions_is_said_so()
    {
        var explanation = NoMatchRules.Explain(Event, [], isCutOff: false);

        explanation.Findings.Should().ContainSingle().Which.Should().Match<NoMatchFinding>(
            f => f.Reason == NoMatchReason.NoSubscription && f.Count == 0 && f.Examples.Count == 0);
        explanation.ToString().Should().Be("The tenant 'acme' has no subscription.");
        NoMatchRules.Explain(Event with { Tenant = null }, [], isCutOff: false).ToString()
            .Should().Be("There is no subscription without a tenant. An event without a tenant goes to those only.");
    }

    [Fact]
    public void Each_subscription_counts_under_one_reason_and_the_nearest_to_a_match_come_first()
    {
        var europe = Make("order.paid") with { Filter = [AttributeCondition.Exists("region"), AttributeCondition.Is("region", "fr", "it")] };
        var explanation = NoMatchRules.Explain(
            Event,
            [
                Make("invoice.*"),
                europe,
                Make("order.*") with { Status = SubscriptionStatus.Inactive },
                Make("group:Orders") with { Status = SubscriptionStatus.Disabled, StatusReason = "The receiver answered 410 Gone." },
                Make("order.paid") with { Filter = [AttributeCondition.Exists("vip")], Status = SubscriptionStatus.Disabled },
                Make("car.moved") with { Status = SubscriptionStatus.Inactive },
                Make("*") with { Status = SubscriptionStatus.Disabled },
                Make("*"),
                Make("order.paid") with { Status = SubscriptionStatus.Paused },
            ],
            isCutOff: false);

        explanation.Findings.Select(f => (f.Reason, f.Count)).Should().Equal(
            (NoMatchReason.Disabled, 2), (NoMatchReason.Inactive, 1), (NoMatchReason.FilterRefuses, 2), (NoMatchReason.EventTypeNotAskedFor, 2));
        (explanation.Examined, explanation.Matching, explanation.IsCutOff).Should().Be((9, 2, false));
        explanation.Findings[0].Examples.Select(x => x.Detail).Should().Equal("disabled: The receiver answered 410 Gone.", "disabled");
        explanation.Findings[1].Examples.Should().ContainSingle().Which.Detail.Should().Be("inactive");
        explanation.Findings[2].Examples[0].Should().Be(new NoMatchExample
        {
            Subscription = europe.Id, Name = europe.Name, Detail = "'region' is 'fr' or 'it'; the event has 'de'",
        });
        explanation.Findings[2].Examples[1].Detail.Should().Be("'vip' exists; the event has no such attribute");
        explanation.ToString().Split('\n').Should().Equal(
            "Would get it, but disabled: 2 subscriptions.",
            "Would get it, but inactive: 1 subscription.",
            "Asking for 'order.paid', with a filter that does not accept the event's attributes: 2 subscriptions.",
            "Not asking for 'order.paid': 2 subscriptions. Nearest patterns: 'car.moved', 'invoice.*'.");
    }

    [Theory]
    [InlineData("Order.Paid")]
    [InlineData("order.pad")]
    [InlineData("orders.paid")]
    [InlineData("group:orders")]
    [InlineData("order.paid.*")]
    public void A_slip_of_the_keyboard_is_the_nearest_pattern(string slip)
    {
        var explanation = NoMatchRules.Explain(
            Event, [Make("order.refunded"), Make("customer.*"), Make("invoice.sent", slip), Make("a"), Make("b")], isCutOff: false);

        explanation.Findings[0].Text.Should().Contain($"Nearest patterns: '{slip}', ");
        explanation.Findings[0].Examples[0].Detail.Should().Be($"asks for '{slip}' and 1 more");
    }

    [Fact]
    public void At_most_20_examples_are_given_and_they_are_the_nearest()
    {
        var far = Enumerable.Range(0, 30).Select(i => Make($"car.moved{i}"));
        var near = Enumerable.Range(0, 3).Select(i => Make($"order.pai{i}")).ToList();

        var finding = NoMatchRules.Explain(Event, [.. far, .. near], isCutOff: false).Findings[0];

        finding.Count.Should().Be(33);
        finding.Examples.Should().HaveCount(20);
        finding.Examples.Take(3).Select(x => x.Subscription).Should().BeEquivalentTo(near.Select(s => s.Id));
        NoMatchRules.Explain(Event, [.. Enumerable.Range(0, 30).Select(_ => Make("*") with { Status = SubscriptionStatus.Disabled })], isCutOff: false)
            .Findings[0].Examples.Should().HaveCount(20);
    }

    [Fact]
    public void Where_a_listing_is_cut_off_it_says_so()
    {
        var explanation = NoMatchRules.Explain(Event, [Make("a")], isCutOff: true);

        explanation.IsCutOff.Should().BeTrue();
        explanation.ToString().Should().EndWith("\nOnly the oldest 1 subscriptions were looked at.");
    }

    [Fact]
    public void Of_named_subscriptions_only_the_status_counts()
    {
        var explanation = NoMatchRules.ExplainNamed(
            Event, [Make("a") with { Status = SubscriptionStatus.Inactive }, Make("b") with { Status = SubscriptionStatus.Disabled }]);

        explanation.Findings.Select(f => f.Reason).Should().Equal(NoMatchReason.Disabled, NoMatchReason.Inactive);
        NoMatchRules.ExplainNamed(Event, []).Findings.Should().ContainSingle().Which.Reason.Should().Be(NoMatchReason.NobodyNamed);
    }

    private Subscription Make(params string[] patterns) => new()
    {
        Id = new SubscriptionId(new Guid(++_made, 0, 0, new byte[8])),
        Tenant = "acme",
        Name = $"number {_made}",
        Url = "https://example.com/",
        Events = [.. patterns.Select(EventPattern.Parse)],
    };
}
