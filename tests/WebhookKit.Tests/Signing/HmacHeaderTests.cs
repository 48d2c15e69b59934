using System.Security.Cryptography;
using static WebhookKit.Tests.Signing.SigningTestData;

namespace WebhookKit.Tests.Signing;

public sealed class HmacHeaderTests
{
    // echo -n 'Hello, World!' | openssl dgst -sha256 -hmac "It's a Secret to Everybody" (GitHub's documentation, "Validating webhook deliveries")
    private const string GitHubSecret = "It's a Secret to Everybody";
    private const string GitHubSignature = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    public static TheoryData<HmacAlgorithm, SignatureEncoding, string, string?, string> Options
    {
        get
        {
            var data = new TheoryData<HmacAlgorithm, SignatureEncoding, string, string?, string>();
            foreach (var algorithm in Enum.GetValues<HmacAlgorithm>())
            {
                foreach (var encoding in Enum.GetValues<SignatureEncoding>())
                {
                    foreach (var prefix in new[] { "", "v0=", algorithm == HmacAlgorithm.Sha256 ? "sha256=" : "sha512=" })
                    {
                        data.Add(algorithm, encoding, prefix, null, "{body}");
                        data.Add(algorithm, encoding, prefix, null, "lead:{body}:tail");
                        data.Add(algorithm, encoding, prefix, "X-Time", "{timestamp}.{body}");
                        data.Add(algorithm, encoding, prefix, "X-Time", "v0:{timestamp}:{body}");
                        data.Add(algorithm, encoding, prefix, "X-Time", "{body}|{timestamp}|é");
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void What_is_signed_verifies_under_every_combination_of_settings(
        HmacAlgorithm algorithm, SignatureEncoding encoding, string prefix, string? timestampHeader, string content)
    {
        var scheme = SignatureSchemes.Hmac("X-Sig", o =>
        {
            o.Algorithm = algorithm;
            o.Encoding = encoding;
            o.Prefix = prefix;
            o.TimestampHeader = timestampHeader;
            o.SignedContent = content;
        });
        var secret = WebhookSecret.Generate();
        var headers = Sign(scheme, WebhookSecrets.Of(secret));

        var parts = content.Replace("{timestamp}", "1614265330", StringComparison.Ordinal).Split("{body}");
        byte[] signed = [.. Utf8(parts[0]), .. Body, .. Utf8(parts[1])];
        var key = Utf8(secret.Reveal());
        var hash = algorithm == HmacAlgorithm.Sha256 ? HMACSHA256.HashData(key, signed) : HMACSHA512.HashData(key, signed);
        var text = encoding switch
        {
            SignatureEncoding.Hex => Convert.ToHexString(hash).ToLowerInvariant(),
            SignatureEncoding.UpperHex => Convert.ToHexString(hash),
            _ => Convert.ToBase64String(hash),
        };
        headers.Text("X-Sig").Should().Be(prefix + text);

        var verifier = Verifier(scheme);
        var result = verifier.Verify(Body, WebhookHeaders.From(headers), WebhookSecrets.Of(secret));
        result.IsValid.Should().BeTrue();
        result.SignedTimestamp.Should().Be(timestampHeader is null ? null : Now);
        var single = verifier.Verify(Body, headers.Text("X-Sig"), secret);
        single.Refusal.Should().Be(timestampHeader is null ? null : VerificationRefusal.NeedsHeaders);
        verifier.Verify([.. Body, 0], WebhookHeaders.From(headers), WebhookSecrets.Of(secret)).Refusal.Should().Be(VerificationRefusal.SignatureMismatch);
    }

    [Fact]
    public void The_example_of_a_vendors_documentation_is_verified_and_reproduced()
    {
        var scheme = SignatureSchemes.Hmac("X-Hub-Signature-256", o => o.Prefix = "sha256=");
        var secret = WebhookSecret.Parse(GitHubSecret);
        Verifier(scheme).Verify("Hello, World!"u8, "sha256=" + GitHubSignature, secret).IsValid.Should().BeTrue();
        Sign(scheme, WebhookSecrets.Of(secret), Utf8("Hello, World!")).Single().Value.Should().Be("sha256=" + GitHubSignature);
    }

    [Theory]
    [InlineData("sha256=" + GitHubSignature, true)]
    [InlineData(" sha256=" + GitHubSignature + "\t", true)]
    [InlineData("sha256=00,sha256=" + GitHubSignature, true)]
    [InlineData("sha256=" + GitHubSignature + ", junk", true)]
    [InlineData(GitHubSignature, false)]
    [InlineData("SHA256=" + GitHubSignature, false)]
    [InlineData("sha256= " + GitHubSignature, false)]
    [InlineData("sha256=" + GitHubSignature + "00", false)]
    [InlineData("sha256=" + GitHubSignature + "0", false)]
    [InlineData("sha256=" + GitHubSignature + " junk", false)]
    [InlineData("sha256=" + GitHubSignature + "\n", false)]
    [InlineData("sha256=757107EA0EB2509FC211221CCE984B8A37570B6D7586C22C46F4379C8B043E17", false)]
    [InlineData("sha256=", false)]
    [InlineData("", false)]
    [InlineData(",", false)]
    public void A_signature_is_read_strictly_and_a_list_is_read_as_one(string value, bool accepted)
    {
        var scheme = SignatureSchemes.Hmac("X-Hub-Signature-256", o => o.Prefix = "sha256=");
        var result = Verifier(scheme).Verify("Hello, World!"u8, value, WebhookSecret.Parse(GitHubSecret));
        result.Refusal.Should().Be(accepted ? null : VerificationRefusal.MalformedSignature);
    }

    [Fact]
    public void While_two_secrets_are_valid_the_one_header_carries_the_newest_ones_signature()
    {
        var scheme = SignatureSchemes.Hmac("X-Sig");
        var (old, next) = (WebhookSecret.Generate(), WebhookSecret.Generate());
        var rotated = WebhookSecrets.Of(old).Rotate(next, Now.AddMinutes(-1), TimeSpan.FromHours(24));

        var header = Sign(scheme, rotated).Single().Value;
        Verifier(scheme).Verify(Body, header, next).IsValid.Should().BeTrue();
        Verifier(scheme).Verify(Body, header, old).Refusal.Should().Be(VerificationRefusal.SignatureMismatch);
        Verifier(scheme).Verify(Body, WebhookHeaders.Of(("X-Sig", header)), rotated).IsValid.Should().BeTrue();
    }

    [Fact]
    public void The_key_is_the_whole_text_prefix_and_all()
    {
        var secret = WebhookSecret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(Utf8(secret.Reveal()), Body));
        Sign(SignatureSchemes.Hmac("X-Sig"), WebhookSecrets.Of(secret)).Single().Value.Should().Be(expected);
    }

    [Theory]
    [InlineData("fifteen-bytes-x", 16, false)]
    [InlineData("sixteen-bytes-xy", 16, true)]
    [InlineData("ääääääää", 16, true)]
    [InlineData("short", 5, true)]
    public void A_secret_has_at_least_the_configured_bytes(string text, int minimum, bool fit)
    {
        var scheme = SignatureSchemes.Hmac("X-Sig", o => o.MinimumSecretBytes = minimum);
        var error = scheme.Check(WebhookSecret.Parse(text));
        (error is null).Should().Be(fit);
        error?.Should().Match<WebhookError>(e => e.Code == WebhookErrorCode.InvalidSecret && e.Problem.Contains("16 bytes") && e.Remedy != "");
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_secret() =>
        SignatureSchemes.Hmac("X-Sig").Check(WebhookSecret.Parse("sixteen-bytes-xy" + '\ud800'))
            .Should().Match<WebhookError>(e => e.Code == WebhookErrorCode.InvalidSecret && e.Problem.Contains("surrogate") && e.Remedy != "");

    [Fact]
    public void Nothing_is_signed_without_a_secret_and_no_header_is_added()
    {
        List<KeyValuePair<string, string>> headers = [];
        var sign = () => SignatureSchemes.Hmac("X-Sig").Sign(
            new SigningInput { MessageId = MessageId, Timestamp = Now, Body = Body, Url = new Uri("https://receiver.example") }, WebhookSecrets.None, headers);
        sign.Should().Throw<WebhookValidationException>().Which.Errors.Single().Code.Should().Be(WebhookErrorCode.Required);
        headers.Should().BeEmpty();
    }

    [Fact]
    public void Settings_changed_afterwards_change_nothing()
    {
        HmacSignatureOptions? kept = null;
        var scheme = SignatureSchemes.Hmac("X-Sig", o => kept = o);
        kept!.Prefix = "changed=";
        kept.SignedContent = "other{body}";
        Sign(scheme, WebhookSecrets.Of(Secret)).Single().Value.Should().Be(Convert.ToHexStringLower(HMACSHA256.HashData(Utf8(Secret.Reveal()), Body)));
    }
}
