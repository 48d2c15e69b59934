namespace WebhookKit.Tests.Messages;

public sealed class EventCatalogTests
{
    [Fact]
    public void It_lists_event_types_by_name_and_their_groups()
    {
        var catalog = new EventCatalog(
            [new EventType { Name = "b.x", Group = "B" }, new EventType { Name = "a" }, new EventType { Name = "b.y", Group = "B" }]);

        catalog.All.Select(e => e.Name).Should().Equal("a", "b.x", "b.y");
        catalog.Groups.Should().BeEquivalentTo("B");
        catalog.TryGet("b.x", out var found).Should().BeTrue();
        found!.Group.Should().Be("B");
        catalog.TryGet("B.X", out _).Should().BeFalse("names are case-sensitive");
    }

    [Fact]
    public void Every_fault_is_listed()
    {
        var act = () => new EventCatalog(
        [
            new EventType { Name = "ok" }, new EventType { Name = "ok" }, new EventType { Name = "bad name" },
            new EventType { Name = "" }, null!, new EventType { Name = "g", Group = " x" },
        ]);

        act.Should().Throw<WebhookValidationException>().Which.Errors.Select(e => (e.Code, e.Field)).Should().Equal(
            (WebhookErrorCode.Duplicate, "AddEvent(ok)"),
            (WebhookErrorCode.InvalidPattern, "AddEvent(bad name)"),
            (WebhookErrorCode.Required, "AddEvent()"),
            (WebhookErrorCode.Required, "EventTypes"),
            (WebhookErrorCode.InvalidPattern, "AddEvent(g).Group"));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("inspection.completed", true)]
    [InlineData("A-b_c.9", true)]
    [InlineData(".a", false)]
    [InlineData("a.", false)]
    [InlineData("a..b", false)]
    [InlineData("a b", false)]
    [InlineData("a.*", false)]
    [InlineData("*", false)]
    [InlineData("group:a", false)]
    [InlineData("é", false)]
    [InlineData("a\n", false)]
    public void Names_are_segments_of_letters_digits_underscores_and_hyphens(string name, bool valid)
    {
        var act = () => new EventCatalog([new EventType { Name = name }]);

        if (valid)
            act.Should().NotThrow();
        else
            act.Should().Throw<WebhookValidationException>().Which.Errors.Should().ContainSingle().Which.Remedy.Should().Contain("inspection.completed");
    }

    [Fact]
    public void A_name_has_at_most_128_characters()
    {
        var longest = () => new EventCatalog([new EventType { Name = new string('a', 128) }]);
        var longer = () => new EventCatalog([new EventType { Name = new string('a', 129) }]);

        longest.Should().NotThrow();
        longer.Should().Throw<WebhookValidationException>();
    }
}
