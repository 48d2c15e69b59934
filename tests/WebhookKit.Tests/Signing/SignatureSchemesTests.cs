using static WebhookKit.Tests.Signing.SigningTestData;

namespace WebhookKit.Tests.Signing;

public sealed class SignatureSchemesTests
{
    public static TheoryData<SignatureScheme, string, string?> Schemes => new()
    {
        { SignatureSchemes.StandardWebhooks, "standard-webhooks", null },
        { SignatureSchemes.Svix, "svix", null },
        { SignatureSchemes.Hmac("X-Sig"), "hmac:X-Sig", "X-Sig" },
        { SignatureSchemes.Hmac("X-Sig", o => (o.TimestampHeader, o.SignedContent) = ("X-Time", "{timestamp}.{body}")), "hmac:X-Sig", null },
    };

    [Theory]
    [MemberData(nameof(Schemes))]
    public void A_scheme_has_a_name_and_tells_the_one_header_that_proves_a_request(SignatureScheme scheme, string name, string? header)
    {
        scheme.Name.Should().Be(name);
        scheme.SignatureHeader.Should().Be(header);
    }

    [Fact]
    public void Nulls_given_to_a_scheme_are_misuse()
    {
        foreach (var scheme in new[] { SignatureSchemes.StandardWebhooks, SignatureSchemes.Svix, SignatureSchemes.Hmac("X-Sig") })
        {
            Misuse(() => scheme.Check(null!)).Should().Be("secret");
            Misuse(() => Sign(scheme, null!)).Should().Be("secrets");
            Misuse(() => scheme.Sign(
                new SigningInput { MessageId = MessageId, Timestamp = Now, Body = Body, Url = new Uri("https://receiver.example") },
                WebhookSecrets.Of(Secret), null!)).Should().Be("headers");
        }
    }

    [Fact]
    public void Nulls_given_to_a_verification_are_misuse()
    {
        Misuse(() => _ = new VerificationInput(Body, null!, WebhookSecrets.None, Now, TimeSpan.Zero)).Should().Be("headers");
        Misuse(() => _ = new VerificationInput(Body, WebhookHeaders.None, null!, Now, TimeSpan.Zero)).Should().Be("secrets");
    }

    private static string? Misuse(Action action) => action.Should().Throw<ArgumentNullException>().Which.ParamName;
}
