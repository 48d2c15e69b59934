using System.Text.Json;

namespace WebhookKit.Tests.Subscriptions;

public sealed class EventPatternTests
{
    [Theory]
    [InlineData("*", EventPatternKind.All, "")]
    [InlineData("a", EventPatternKind.Exact, "a")]
    [InlineData("inspection.completed", EventPatternKind.Exact, "inspection.completed")]
    [InlineData("inspection.*", EventPatternKind.Prefix, "inspection")]
    [InlineData("a.b-c.D_1.*", EventPatternKind.Prefix, "a.b-c.D_1")]
    [InlineData("group:Inspection", EventPatternKind.Group, "Inspection")]
    [InlineData("group:Größe & Co: *", EventPatternKind.Group, "Größe & Co: *")]
    public void A_pattern_is_read_and_written_as_it_was(string text, EventPatternKind kind, string value)
    {
        var pattern = EventPattern.Parse(text);

        (pattern.Kind, pattern.Value, pattern.ToString()).Should().Be((kind, value, text));
        pattern.Should().Be(EventPattern.Parse(text));
        JsonSerializer.Deserialize<EventPattern>(JsonSerializer.Serialize(pattern)).Should().Be(pattern);
    }

    [Theory]
    [InlineData(null, WebhookErrorCode.Required)]
    [InlineData("", WebhookErrorCode.Required)]
    [InlineData(" ", WebhookErrorCode.InvalidPattern)]
    [InlineData("**", WebhookErrorCode.InvalidPattern)]
    [InlineData("a*", WebhookErrorCode.InvalidPattern)]
    [InlineData("*.a", WebhookErrorCode.InvalidPattern)]
    [InlineData("a.*.b", WebhookErrorCode.InvalidPattern)]
    [InlineData("a.*.*", WebhookErrorCode.InvalidPattern)]
    [InlineData(".*", WebhookErrorCode.InvalidPattern)]
    [InlineData("a..*", WebhookErrorCode.InvalidPattern)]
    [InlineData("a.", WebhookErrorCode.InvalidPattern)]
    [InlineData(" a", WebhookErrorCode.InvalidPattern)]
    [InlineData("a\r\nb", WebhookErrorCode.InvalidPattern)]
    [InlineData("group:", WebhookErrorCode.InvalidPattern)]
    [InlineData("group: a", WebhookErrorCode.InvalidPattern)]
    [InlineData("group:a\n", WebhookErrorCode.InvalidPattern)]
    [InlineData("Group:a", WebhookErrorCode.InvalidPattern)]
    public void What_is_no_pattern_is_refused(string? text, WebhookErrorCode code)
    {
        EventPattern.TryParse(text, out var pattern).Should().BeFalse();
        pattern.Should().BeNull();
        FluentActions.Invoking(() => EventPattern.Parse(text)).Should().Throw<WebhookValidationException>()
            .Which.Errors.Should().ContainSingle()
            .Which.Should().Match<WebhookError>(e => e.Code == code && e.Field == "Events" && e.Remedy.Contains("group:"));
        FluentActions.Invoking(() => JsonSerializer.Deserialize<EventPattern[]>(JsonSerializer.Serialize(new[] { text ?? "" })))
            .Should().Throw<JsonException>();
    }

    [Fact]
    public void A_group_needs_a_name() =>
        FluentActions.Invoking(() => EventPattern.Group(null!)).Should().Throw<WebhookValidationException>();
}
