using WebhookKit.Sending;

namespace WebhookKit.Tests.Sending;

public sealed class HeaderRulesTests
{
    [Theory]
    [InlineData("Content-Type")]
    [InlineData("content-length")]
    [InlineData("Host")]
    [InlineData("transfer-encoding")]
    [InlineData("connection")]
    [InlineData("TE")]
    [InlineData("trailer")]
    [InlineData("upgrade")]
    [InlineData("expect")]
    [InlineData("keep-alive")]
    [InlineData("Proxy-Authorization")]
    [InlineData("user-agent")]
    [InlineData("Webhook-Signature")]
    [InlineData("svix-id")]
    public void Reserved_names_are_refused(string name) =>
        Check(name, "1").Should().ContainSingle().Which.Problem.Should().Contain(name);

    [Theory]
    [InlineData("")]
    [InlineData("x y")]
    [InlineData("x:y")]
    [InlineData("x\r\ny")]
    [InlineData("é")]
    [InlineData("x(y)")]
    public void Malformed_names_are_refused(string name) => Check(name, "1").Should().ContainSingle();

    [Theory]
    [InlineData("hunter2\rb")]
    [InlineData("hunter2\nb")]
    [InlineData("hunter2\0b")]
    [InlineData("hunter2\u007fb")]
    [InlineData("hunter2é")]
    [InlineData(" hunter2")]
    [InlineData("hunter2\t")]
    public void Malformed_values_are_refused_and_not_repeated(string value) =>
        Check("x-a", value).Should().ContainSingle().Which.ToString().Should().NotContain("hunter2");

    [Theory]
    [InlineData("x-a", "a b\tc, \"d\"; e=~")]
    [InlineData("authorization", "Custom abc")]
    [InlineData("x-empty", "")]
    public void What_is_well_formed_and_not_reserved_is_allowed(string name, string value) => Check(name, value).Should().BeEmpty();

    [Fact]
    public void All_faults_are_told_with_the_place_they_are_in()
    {
        var errors = HeaderRules.Check(
            [
                new("x-a", "1"), new("X-A", "2"), new("host", "a\nb"), new("X-Signature", "1"), new("x-b", new string('a', 8193)),
                new("x b", "1"), new("", "1"),
            ],
            "ExtraHeaders", "x-signature");

        errors.Select(e => (e.Field, e.Code)).Should().Equal(
            ("ExtraHeaders[X-A]", WebhookErrorCode.Duplicate),
            ("ExtraHeaders[host]", WebhookErrorCode.InvalidHeader),
            ("ExtraHeaders[host]", WebhookErrorCode.InvalidHeader),
            ("ExtraHeaders[X-Signature]", WebhookErrorCode.InvalidHeader),
            ("ExtraHeaders[x-b]", WebhookErrorCode.InvalidHeader),
            ("ExtraHeaders[5]", WebhookErrorCode.InvalidHeader),
            ("ExtraHeaders[6]", WebhookErrorCode.InvalidHeader));
    }

    private static IReadOnlyList<WebhookError> Check(string name, string value) => HeaderRules.Check([new(name, value)], "ExtraHeaders");
}
