using System.Security.Cryptography;
using static WebhookKit.Tests.Signing.SigningTestData;

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
        { "X-Sig", "a\u007f", null, "{body}", 16, ["Prefix"] },
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
        { "X-Sig", "", "X-Time", "v0:{timestamp}:{id}{body}", 16, ["SignedContent"] },
        { "X-Sig", "", "X-Time", "{id}:{timestamp}:{body}", 16, ["SignedContent"] },
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
        var errors = create.Should().Throw<WebhookValidationException>().Which.Errors;
        errors.Select(e => e.Field).Should().Equal(fields);
        errors.Should().OnlyContain(e => e.Problem.Length > 0 && e.Remedy.Length > 0);
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
        var errors = create.Should().Throw<WebhookValidationException>().Which.Errors;
        errors.Select(e => e.Field).Should().Equal("Header", "Prefix", "Algorithm", "Encoding", "SignedContent");
        errors.Should().OnlyContain(e => e.Problem.Length > 0 && e.Remedy.Length > 0);
    }

    [Theory]
    [InlineData("Connection")]
    [InlineData("Content-Encoding")]
    [InlineData("Content-Length")]
    [InlineData("Content-Type")]
    [InlineData("Cookie")]
    [InlineData("Date")]
    [InlineData("Expect")]
    [InlineData("Host")]
    [InlineData("Keep-Alive")]
    [InlineData("Proxy-Authorization")]
    [InlineData("Proxy-Connection")]
    [InlineData("Set-Cookie")]
    [InlineData("TE")]
    [InlineData("Trailer")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Upgrade")]
    [InlineData("User-Agent")]
    [InlineData("webhook-id")]
    public void A_header_with_another_meaning_holds_no_signature_and_no_timestamp(string name)
    {
        var signature = () => SignatureSchemes.Hmac(name);
        var timestamp = () => SignatureSchemes.Hmac("X-Sig", o => (o.TimestampHeader, o.SignedContent) = (name.ToLowerInvariant(), "{timestamp}.{body}"));

        signature.Should().Throw<WebhookValidationException>().Which.Errors.Single().Problem.Should().Contain($"'{name}'");
        timestamp.Should().Throw<WebhookValidationException>().Which.Errors.Single().Code.Should().Be(WebhookErrorCode.InvalidHeader);
    }

    [Fact]
    public void The_limits_themselves_are_allowed()
    {
        var name = new string('x', 128);
        var literal = new string('l', 32);
        var scheme = SignatureSchemes.Hmac(name, o =>
        {
            o.Prefix = "!~" + new string('p', 30);
            o.TimestampHeader = "!#$%&'*+-.^_`|~0123456789aZ";
            o.SignedContent = $"{literal}{{timestamp}}{literal}{{body}}";
            o.MinimumSecretBytes = 512;
        });
        var secret = WebhookSecret.Parse(new string('s', 512));

        byte[] signed = [.. Utf8($"{literal}1614265330{literal}"), .. Body];
        var headers = Sign(scheme, WebhookSecrets.Of(secret));
        headers.Text(name).Should().Be("!~" + new string('p', 30) + Convert.ToHexStringLower(
            HMACSHA256.HashData(Utf8(secret.Reveal()), signed)));
        Verifier(scheme).Verify(Body, WebhookHeaders.From(headers), WebhookSecrets.Of(secret)).IsValid.Should().BeTrue();
        SignatureSchemes.Hmac("X-Sig", o => o.MinimumSecretBytes = 1).Check(WebhookSecret.Parse("s")).Should().BeNull();
    }

    [Fact]
    public void One_more_than_a_limit_is_too_many()
    {
        new Func<SignatureScheme>[]
        {
            () => SignatureSchemes.Hmac(new string('x', 129)),
            () => SignatureSchemes.Hmac("X-Sig", o => o.SignedContent = new string('l', 32) + "{body}" + new string('l', 33)),
        }.Should().AllSatisfy(create => create.Should().Throw<WebhookValidationException>());
    }

    [Theory]
    [InlineData("sha256=", HmacAlgorithm.Sha512, false)]
    [InlineData("sha512=", HmacAlgorithm.Sha256, false)]
    [InlineData("sha256=", HmacAlgorithm.Sha256, true)]
    [InlineData("sha512=", HmacAlgorithm.Sha512, true)]
    public void A_prefix_that_names_an_algorithm_names_the_right_one(string prefix, HmacAlgorithm algorithm, bool agree)
    {
        var create = () => SignatureSchemes.Hmac("X-Sig", o => (o.Prefix, o.Algorithm) = (prefix, algorithm));
        if (agree)
            create.Should().NotThrow();
        else
            create.Should().Throw<WebhookValidationException>().Which.Errors.Single().Code.Should().Be(WebhookErrorCode.Contradiction);
    }
}
