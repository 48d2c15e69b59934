namespace WebhookKit.Tests.Sending;

public sealed class SuccessRuleTests
{
    [Fact]
    public void Each_rule_accepts_what_it_says_and_nothing_else()
    {
        Accepted(SuccessRule.Any2xx).Should().Equal(Enumerable.Range(200, 100));
        Accepted(SuccessRule.Exactly(200)).Should().Equal(200);
        Accepted(SuccessRule.OneOf(200, 202, 409)).Should().Equal(200, 202, 409);
        Accepted(SuccessRule.Where(status => status < 500)).Should().Equal(Enumerable.Range(100, 400));
    }

    [Fact]
    public void Each_rule_says_what_it_is() =>
        new[] { SuccessRule.Any2xx, SuccessRule.Exactly(200), SuccessRule.OneOf(200, 202), SuccessRule.Where(_ => true) }
            .Select(r => r.ToString()).Should().Equal("2xx", "200", "200, 202", "custom");

    [Fact]
    public void A_rule_that_could_never_hold_is_refused()
    {
        FluentActions.Invoking(() => SuccessRule.OneOf()).Should().Throw<WebhookValidationException>();
        FluentActions.Invoking(() => SuccessRule.OneOf(99, 200, 600)).Should().Throw<WebhookValidationException>().Which.Errors.Should().HaveCount(2);
    }

    private static IEnumerable<int> Accepted(SuccessRule rule) => Enumerable.Range(100, 500).Where(rule.Accepts);
}
