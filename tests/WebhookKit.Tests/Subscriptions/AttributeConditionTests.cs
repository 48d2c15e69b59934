namespace WebhookKit.Tests.Subscriptions;

public sealed class AttributeConditionTests
{
    private static readonly Dictionary<string, string> Event = new() { ["region"] = "eu-west", ["empty"] = "" };

    public static TheoryData<AttributeCondition, bool> Conditions() => new()
    {
        { AttributeCondition.Is("region", "eu-west"), true },
        { AttributeCondition.Is("region", "us", "eu-west"), true },
        { AttributeCondition.Is("region", "eu"), false },
        { AttributeCondition.Is("none", "eu-west"), false },
        { AttributeCondition.Is("empty", ""), true },
        { AttributeCondition.Is("none", ""), false },
        { AttributeCondition.IsNot("region", "us"), true },
        { AttributeCondition.IsNot("region", "us", "eu-west"), false },
        { AttributeCondition.IsNot("none", "eu-west"), true },
        { AttributeCondition.StartsWith("region", "us-", "eu-"), true },
        { AttributeCondition.StartsWith("region", "EU"), false },
        { AttributeCondition.StartsWith("region", "eu-west-1"), false },
        { AttributeCondition.StartsWith("none", "e"), false },
        { AttributeCondition.Exists("empty"), true },
        { AttributeCondition.Exists("none"), false },
        { AttributeCondition.Missing("empty"), false },
        { AttributeCondition.Missing("none"), true },
        { new AttributeCondition { Name = "region", Kind = (AttributeConditionKind)9, Values = ["eu-west"] }, false },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public void A_condition_is_met_exactly_as_its_kind_says(AttributeCondition condition, bool met) => condition.Accepts(Event).Should().Be(met);

    [Fact]
    public void A_condition_reads_as_a_sentence()
    {
        AttributeCondition.Is("a", "1", "2").ToString().Should().Be("'a' is '1' or '2'");
        AttributeCondition.IsNot("a", "1").ToString().Should().Be("'a' is not '1'");
        AttributeCondition.StartsWith("a", "1", "2", "3", "4", "5").ToString().Should().Be("'a' starts with '1' or '2' or '3' or 2 more");
        AttributeCondition.Exists("a").ToString().Should().Be("'a' exists");
        AttributeCondition.Missing("a").ToString().Should().Be("'a' is missing");
    }
}
