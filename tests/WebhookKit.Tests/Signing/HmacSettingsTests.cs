namespace WebhookKit.Tests.Signing;

public sealed class HmacSettingsTests
{
    public static TheoryData<string, string, string?, string, int, string[]> Faults => new()
    {
        { "", "", null, "{body}", 16, ["Header"] },
        { "X Sig", "", null, "{body}", 16, ["Header"] },
        { "X-Sig\r\nEvil", "", null, "{body}", 16, ["Header"] },
        { "Sïg", "", null, "{body}", 16, ["Header"] },
        { "content-LENGTH", "", null, "{body}", 16, ["Header"] },
        { "webhook-id", "", null, "{body}", 16, ["Header"] },
        { "X-Sig", "a\r\nb", null, "{body}", 16, ["Prefix"] },
        { "X-Sig", "a,b", null, "{body}", 16, ["Prefix"] },
        { "X-Sig", "a b", null, "{body}", 16, ["Prefix"] },
        { "X-Sig", "sha512=", null, "{body}", 16, ["Prefix"] },
        { "X-Sig", "012345678901234567890123456789012", null, "{body}", 16, ["Prefix"] },
        { "X-Sig", "", "x-sig", "{timestamp}.{body}", 16, ["TimestampHeader"] },
        { "X-Sig", "", "X-Time", "{body}", 16, ["TimestampHeader"] },
        { "X-Sig", "", "Bad Name", "{timestamp}.{body}", 16, ["TimestampHeader"] },
        { "X-Sig", "", null, "{timestamp}.{body}", 16, ["SignedContent"] },
        { "X-Sig", "", null, "", 16, ["SignedContent"] },
        { "X-Sig", "", null, "{body}{body}", 16, ["SignedContent"] },
        { "X-Sig", "", "X-Time", "{timestamp}{body}{timestamp}", 16, ["SignedContent"] },
        { "X-Sig", "", "X-Time", "{timestamp}{timestamp}{body}", 16, ["SignedContent"] },
        { "X-Sig", "", "X-Time", "{time}.{body}", 16, ["SignedContent"] },
        { "X-Sig", "", null, "01234567890123456789012345678901234567890123456789012345678901234{body}", 16, ["SignedContent"] },
        { "X-Sig", "", null, "{body}", 0, ["MinimumSecretBytes"] },
        { "X-Sig", "", null, "{body}", 513, ["MinimumSecretBytes"] },
        { "Host", "\n", "Date", "nothing", -1, ["Header", "TimestampHeader", "Prefix", "MinimumSecretBytes", "SignedContent"] },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Every_fault_is_reported_with_its_field(string header, string prefix, string? timestampHeader, string content, int minimum, string[] fields)
    {
        var create = () => SignatureSchemes.Hmac(header, o =>
        {
            o.Prefix = prefix;
            o.TimestampHeader = timestampHeader;
            o.SignedContent = content;
            o.MinimumSecretBytes = minimum;
        });
        create.Should().Throw<WebhookValidationException>().Which.Errors.Select(e => e.Field).Should().Equal(fields);
    }

    [Fact]
    public void Values_outside_the_enums_and_nulls_are_reported()
    {
        var create = () => SignatureSchemes.Hmac(null!, o =>
        {
            o.Algorithm = (HmacAlgorithm)9;
            o.Encoding = (SignatureEncoding)9;
            o.Prefix = null!;
            o.SignedContent = null!;
        });
        create.Should().Throw<WebhookValidationException>().Which.Errors.Select(e => e.Field)
            .Should().Equal("Header", "Prefix", "Algorithm", "Encoding", "SignedContent");
    }
}
