using System.Security.Cryptography;
using static WebhookKit.Tests.Signing.SigningTestData;

namespace WebhookKit.Tests.Signing;

public sealed class StandardWebhooksTests
{
    private static readonly SignatureScheme Scheme = SignatureSchemes.StandardWebhooks;

    [Fact]
    public void The_example_of_the_specifications_libraries_is_signed_to_the_letter()
    {
        Sign(Scheme, WebhookSecrets.Of(Secret)).Select(h => $"{h.Key}: {h.Value}").Should().Equal(
            $"webhook-id: {MessageId}",
            "webhook-timestamp: 1614265330",
            "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    [Fact]
    public void Svix_sends_the_same_under_its_own_names()
    {
        Sign(SignatureSchemes.Svix, WebhookSecrets.Of(Secret)).Select(h => $"{h.Key}: {h.Value}").Should().Equal(
            $"svix-id: {MessageId}",
            "svix-timestamp: 1614265330",
            "svix-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(1_000_000)]
    public void A_signature_is_the_HMAC_that_the_framework_computes(int size)
    {
        var body = RandomNumberGenerator.GetBytes(size);
        var secret = WebhookSecret.Generate();
        var key = Convert.FromBase64String(secret.Reveal()["whsec_".Length..]);
        byte[] signed = [.. Utf8($"{MessageId}.1614265330."), .. body];
        var expected = Convert.ToBase64String(HMACSHA256.HashData(key, signed));

        Sign(Scheme, WebhookSecrets.Of(secret), body).Text("webhook-signature").Should().Be("v1," + expected);
    }

    [Fact]
    public void During_a_rotation_receivers_with_the_old_and_with_the_new_secret_verify_and_afterwards_only_the_new()
    {
        var (old, next) = (WebhookSecret.Generate(), WebhookSecret.Generate());
        var secrets = WebhookSecrets.Of(old).Rotate(next, Now, TimeSpan.FromHours(24));

        var during = Sign(Scheme, secrets, at: Now.AddHours(23));
        during.Text("webhook-signature").Split(' ').Should().HaveCount(2);
        var verifier = Verifier(Scheme, Now.AddHours(23));
        verifier.Verify(Body, WebhookHeaders.From(during), WebhookSecrets.Of(old)).IsValid.Should().BeTrue();
        verifier.Verify(Body, WebhookHeaders.From(during), WebhookSecrets.Of(next)).IsValid.Should().BeTrue();

        var after = Sign(Scheme, secrets, at: Now.AddHours(24));
        verifier = Verifier(Scheme, Now.AddHours(24));
        verifier.Verify(Body, WebhookHeaders.From(after), WebhookSecrets.Of(old)).Refusal.Should().Be(VerificationRefusal.SignatureMismatch);
        verifier.Verify(Body, WebhookHeaders.From(after), WebhookSecrets.Of(next)).IsValid.Should().BeTrue();
    }

    [Theory]
    [InlineData("svix-signature")]
    [InlineData("svix-id")]
    [InlineData("svix-timestamp")]
    [InlineData("svix-id", "svix-timestamp")]
    [InlineData("svix-id", "svix-signature")]
    [InlineData("svix-timestamp", "svix-signature")]
    public void A_part_of_the_other_family_of_names_does_not_hide_the_whole_one(params string[] strays)
    {
        var headers = Sign(Scheme, WebhookSecrets.Of(Secret));
        headers.InsertRange(0, strays.Select(stray => new KeyValuePair<string, string>(stray, "x")));

        Verifier(SignatureSchemes.Svix).Verify(Body, WebhookHeaders.From(headers), WebhookSecrets.Of(Secret)).IsValid.Should().BeTrue();
    }

    [Fact]
    public void An_expired_secret_does_not_verify()
    {
        var (old, next) = (WebhookSecret.Generate(), WebhookSecret.Generate());
        var secrets = WebhookSecrets.Of(old).Rotate(next, Now, TimeSpan.FromHours(24));
        var bytes = WebhookHeaders.From(Sign(Scheme, WebhookSecrets.Of(old), at: Now.AddHours(24)));

        Verifier(Scheme, Now.AddHours(24).AddSeconds(-1)).Verify(Body, bytes, secrets).IsValid.Should().BeTrue();
        Verifier(Scheme, Now.AddHours(24)).Verify(Body, bytes, secrets).Refusal.Should().Be(VerificationRefusal.SignatureMismatch);
    }

    [Theory]
    [InlineData("")]
    [InlineData("msg.1")]
    [InlineData("msg 1")]
    [InlineData("msg\r\n1")]
    [InlineData("nachricht_ä")]
    public void An_id_that_could_be_read_otherwise_is_refused_when_sending(string id)
    {
        var sign = () => Sign(Scheme, WebhookSecrets.Of(Secret), id: id);
        var error = sign.Should().Throw<WebhookValidationException>().Which.Errors.Single();
        (error.Code, error.Field).Should().Be((WebhookErrorCode.InvalidId, "MessageId"));
        error.Problem.Should().Contain("256");
        error.Remedy.Should().Contain("full stop");
    }

    [Fact]
    public void Every_visible_ASCII_character_but_the_full_stop_may_be_in_an_id()
    {
        for (var c = (char)0; c < 256; c++)
        {
            var id = $"msg{c}1";
            var sign = () => Sign(Scheme, WebhookSecrets.Of(Secret), id: id);
            if (c is >= '!' and <= '~' and not '.')
                sign.Should().NotThrow("of {0}", (int)c);
            else
                sign.Should().Throw<WebhookValidationException>("of {0}", (int)c);
        }
    }

    [Fact]
    public void An_id_of_256_characters_is_sent_and_verified_and_one_of_257_is_not_sent()
    {
        var headers = Sign(Scheme, WebhookSecrets.Of(Secret), id: new string('a', 256));
        Verifier(Scheme).Verify(Body, WebhookHeaders.From(headers), WebhookSecrets.Of(Secret)).IsValid.Should().BeTrue();
        var sign = () => Sign(Scheme, WebhookSecrets.Of(Secret), id: new string('a', 257));
        sign.Should().Throw<WebhookValidationException>();
    }

    [Fact]
    public void A_time_before_1970_is_refused_when_sending()
    {
        var sign = () => Sign(Scheme, WebhookSecrets.Of(Secret), at: DateTimeOffset.UnixEpoch.AddSeconds(-1));
        var error = sign.Should().Throw<WebhookValidationException>().Which.Errors.Single();
        (error.Code, error.Field).Should().Be((WebhookErrorCode.OutOfRange, "Timestamp"));
        error.Problem.Should().Contain("1970");
        error.Remedy.Should().NotBeEmpty();
    }

    [Fact]
    public void The_first_and_the_last_second_that_there_are_can_be_signed_and_verified()
    {
        foreach (var time in new[] { DateTimeOffset.UnixEpoch, DateTimeOffset.FromUnixTimeSeconds(253_402_300_799) })
        {
            var headers = WebhookHeaders.From(Sign(Scheme, WebhookSecrets.Of(Secret), at: time));
            Verifier(Scheme, time).Verify(Body, headers, WebhookSecrets.Of(Secret)).SignedTimestamp.Should().Be(time);
        }
    }

    [Fact]
    public void Nothing_is_signed_without_a_secret_and_no_header_is_added()
    {
        List<KeyValuePair<string, string>> headers = [];
        var sign = () => Scheme.Sign(
            new SigningInput { MessageId = MessageId, Timestamp = Now, Body = Body, Url = new Uri("https://receiver.example") }, WebhookSecrets.None, headers);
        sign.Should().Throw<WebhookValidationException>().Which.Errors.Single()
            .Should().Match<WebhookError>(e => e.Code == WebhookErrorCode.Required && e.Field == "Secrets" && e.Problem != "" && e.Remedy != "");
        headers.Should().BeEmpty();
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(23, false)]
    [InlineData(24, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_key_has_24_to_64_bytes(int bytes, bool fit)
    {
        var secret = WebhookSecret.Parse("whsec_" + Convert.ToBase64String(new byte[bytes]));
        (Scheme.Check(secret) is null).Should().Be(fit);
        var sign = () => Sign(Scheme, WebhookSecrets.Of(secret));
        if (fit)
            sign.Should().NotThrow();
        else
            sign.Should().Throw<WebhookValidationException>().Which.Errors.Single()
                .Should().Match<WebhookError>(e => e.Code == WebhookErrorCode.InvalidSecret && e.Problem.Contains("24") && e.Remedy != "");
    }

    [Theory]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw ")]
    [InlineData("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwAB==")]
    public void A_secret_that_is_not_canonical_base64_is_a_fault_that_does_not_repeat_it(string text)
    {
        var error = Scheme.Check(WebhookSecret.Parse(text));
        error.Should().Match<WebhookError>(e => e.Code == WebhookErrorCode.InvalidSecret && e.Field == "Secret" && e.Remedy != "");
        error!.ToString().Should().NotContain("MfKQ9r8GKYqrTwj");
    }
}
