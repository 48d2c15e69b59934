using WebhookKit.Tests.Signing;
using static WebhookKit.Tests.Signing.SigningTestData;

namespace WebhookKit.Tests.Receiving;

public sealed class WebhookVerifierTests
{
    private static readonly SignatureScheme Standard = SignatureSchemes.StandardWebhooks;
    private static readonly SignatureScheme Plain = SignatureSchemes.Hmac("X-Sig");

    public static TheoryData<string, string?, VerificationRefusal, string> Edits => new()
    {
        { "webhook-id", null, VerificationRefusal.MissingHeader, "webhook-id" },
        { "webhook-timestamp", null, VerificationRefusal.MissingHeader, "webhook-timestamp" },
        { "webhook-signature", null, VerificationRefusal.MissingHeader, "webhook-signature" },
        { "webhook-id", "", VerificationRefusal.MalformedMessageId, "webhook-id" },
        { "webhook-id", "msg.1", VerificationRefusal.MalformedMessageId, "webhook-id" },
        { "webhook-id", " msg_p5jXN8AQM9LWM0D4loKWxJek", VerificationRefusal.MalformedMessageId, "webhook-id" },
        { "webhook-id", "msg_ü", VerificationRefusal.MalformedMessageId, "webhook-id" },
        { "webhook-id", "msg_other", VerificationRefusal.SignatureMismatch, "webhook-signature" },
        { "webhook-timestamp", "", VerificationRefusal.TimestampMalformed, "webhook-timestamp" },
        { "webhook-timestamp", " 1614265330", VerificationRefusal.TimestampMalformed, "webhook-timestamp" },
        { "webhook-timestamp", "+1614265330", VerificationRefusal.TimestampMalformed, "webhook-timestamp" },
        { "webhook-timestamp", "-1614265330", VerificationRefusal.TimestampMalformed, "webhook-timestamp" },
        { "webhook-timestamp", "01614265330", VerificationRefusal.TimestampMalformed, "webhook-timestamp" },
        { "webhook-timestamp", "1614265330.0", VerificationRefusal.TimestampMalformed, "webhook-timestamp" },
        { "webhook-timestamp", "1.61426533e9", VerificationRefusal.TimestampMalformed, "webhook-timestamp" },
        { "webhook-timestamp", "1614265330abc", VerificationRefusal.TimestampMalformed, "webhook-timestamp" },
        { "webhook-timestamp", "0x60379d72", VerificationRefusal.TimestampMalformed, "webhook-timestamp" },
        { "webhook-timestamp", "１６１４２６５３３０", VerificationRefusal.TimestampMalformed, "webhook-timestamp" },
        { "webhook-timestamp", "١٦١٤٢٦٥٣٣٠", VerificationRefusal.TimestampMalformed, "webhook-timestamp" },
        { "webhook-timestamp", "1614265330000", VerificationRefusal.TimestampMalformed, "webhook-timestamp" },
        { "webhook-timestamp", "999999999999", VerificationRefusal.TimestampMalformed, "webhook-timestamp" },
        { "webhook-timestamp", "18446744075323816946", VerificationRefusal.TimestampMalformed, "webhook-timestamp" },
        { "webhook-timestamp", "253402300799", VerificationRefusal.TimestampTooNew, "webhook-timestamp" },
        { "webhook-timestamp", "0", VerificationRefusal.TimestampTooOld, "webhook-timestamp" },
        { "webhook-timestamp", "1614265331", VerificationRefusal.SignatureMismatch, "webhook-signature" },
        { "webhook-signature", "", VerificationRefusal.MalformedSignature, "webhook-signature" },
        { "webhook-signature", "v1,", VerificationRefusal.MalformedSignature, "webhook-signature" },
        { "webhook-signature", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", VerificationRefusal.MalformedSignature, "webhook-signature" },
        { "webhook-signature", "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", VerificationRefusal.MalformedSignature, "webhook-signature" },
        { "webhook-signature", "V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", VerificationRefusal.MalformedSignature, "webhook-signature" },
        { "webhook-signature", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", VerificationRefusal.MalformedSignature, "webhook-signature" },
        { "webhook-signature", "v1 g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", VerificationRefusal.MalformedSignature, "webhook-signature" },
        { "webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=", VerificationRefusal.MalformedSignature, "webhook-signature" },
        { "webhook-signature", "v1,g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE=", VerificationRefusal.MalformedSignature, "webhook-signature" },
        { "webhook-signature", "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", VerificationRefusal.SignatureMismatch, "webhook-signature" },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public void An_edited_header_is_refused_by_name(string header, string? value, VerificationRefusal refusal, string fault)
    {
        var headers = Sign(Standard, WebhookSecrets.Of(Secret)).Where(h => h.Key != header).ToList();
        if (value is not null)
            headers.Add(new(header, value));

        var result = Verifier(Standard).Verify(Body, WebhookHeaders.From(headers), WebhookSecrets.Of(Secret));
        result.IsValid.Should().BeFalse();
        result.Refusal.Should().Be(refusal);
        result.Header.Should().Be(fault);
        var construct = () => Verifier(Standard).ConstructEvent(Body, WebhookHeaders.From(headers), WebhookSecrets.Of(Secret));
        var thrown = construct.Should().Throw<WebhookVerificationException>().Which;
        thrown.Refusal.Should().Be(refusal);
        thrown.Message.Should().Contain(fault).And.NotContain("g0hM9SsE");
    }

    [Theory]
    [InlineData("webhook-id")]
    [InlineData("webhook-timestamp")]
    public void What_is_signed_may_not_be_repeated_even_alike(string header)
    {
        var headers = Sign(Standard, WebhookSecrets.Of(Secret));
        headers.Add(new(header.ToUpperInvariant(), headers.Text(header)));
        var result = Verifier(Standard).Verify(Body, WebhookHeaders.From(headers), WebhookSecrets.Of(Secret));
        result.Refusal.Should().Be(VerificationRefusal.DuplicateHeader);
        result.Header.Should().Be(header);
    }

    [Theory]
    [InlineData("{0} v1,short")]
    [InlineData("v1,short {0}")]
    [InlineData("v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= {0}")]
    [InlineData("v1,,v1,x,{0}")]
    [InlineData("v1,AAAA, {0}")]
    [InlineData("v1,AAAA,{0},v1,AAAA")]
    [InlineData("v1a,AAAA v2,{0} {0}")]
    [InlineData("  {0}  ")]
    public void A_bad_signature_spoils_no_good_one(string pattern)
    {
        var headers = Sign(Standard, WebhookSecrets.Of(Secret));
        var value = string.Format(null, pattern, headers.Text("webhook-signature"));
        var request = WebhookHeaders.Of(("webhook-id", MessageId), ("webhook-timestamp", "1614265330"), ("webhook-signature", value));
        Verifier(Standard).Verify(Body, request, WebhookSecrets.Of(Secret)).IsValid.Should().BeTrue();
    }

    [Fact]
    public void A_thousand_signatures_are_read_and_more_text_than_64_Ki_is_refused_unread()
    {
        var good = Sign(Standard, WebhookSecrets.Of(Secret)).Text("webhook-signature");
        var bad = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= ";
        VerificationResult Verify(params string[] signatures) => Verifier(Standard).Verify(
            Body,
            WebhookHeaders.From([
                new("webhook-id", MessageId), new("webhook-timestamp", "1614265330"), .. signatures.Select(s => KeyValuePair.Create("webhook-signature", s))]),
            WebhookSecrets.Of(Secret));

        Verify(string.Concat(Enumerable.Repeat(bad, 1000)) + good).IsValid.Should().BeTrue();
        Verify([.. Enumerable.Repeat(bad, 1000), good]).IsValid.Should().BeTrue();
        Verify(good, new string(' ', 65_536 - good.Length)).IsValid.Should().BeTrue();
        Verify(good, new string(' ', 65_537 - good.Length)).Refusal.Should().Be(VerificationRefusal.MalformedSignature);
    }

    [Fact]
    public void Svix_takes_a_whole_family_of_either_name_and_never_a_mix()
    {
        var svix = Sign(SignatureSchemes.Svix, WebhookSecrets.Of(Secret));
        var verifier = Verifier(SignatureSchemes.Svix);
        foreach (var pick in Enumerable.Range(0, 8))
        {
            var headers = svix.Select((h, i) => (pick & (1 << i)) == 0 ? h : new(h.Key.Replace("svix", "webhook", StringComparison.Ordinal), h.Value));
            var result = verifier.Verify(Body, WebhookHeaders.From(headers), WebhookSecrets.Of(Secret));
            result.Refusal.Should().Be(pick is 0 or 7 ? null : VerificationRefusal.MissingHeader, $"of pick {pick}");
        }

        var whole = WebhookHeaders.From([new("svix-id", "other"), .. Sign(Standard, WebhookSecrets.Of(Secret))]);
        verifier.Verify(Body, whole, WebhookSecrets.Of(Secret)).SignedId.Should().Be(MessageId);
        var forged = WebhookHeaders.From([.. svix.Select(h => h.Key == "svix-id" ? new(h.Key, "forged") : h), .. Sign(Standard, WebhookSecrets.Of(Secret))]);
        verifier.Verify(Body, forged, WebhookSecrets.Of(Secret)).Refusal
            .Should().Be(VerificationRefusal.SignatureMismatch, "a whole family is the one that counts");
    }

    [Theory]
    [InlineData(-301, VerificationRefusal.TimestampTooNew)]
    [InlineData(-300, null)]
    [InlineData(0, null)]
    [InlineData(300, null)]
    [InlineData(301, VerificationRefusal.TimestampTooOld)]
    public void The_tolerance_holds_both_ways_and_includes_its_edge(int age, VerificationRefusal? refusal)
    {
        var headers = WebhookHeaders.From(Sign(Standard, WebhookSecrets.Of(Secret)));
        Verifier(Standard, Now.AddSeconds(age)).Verify(Body, headers, WebhookSecrets.Of(Secret)).Refusal.Should().Be(refusal);
        Verifier(Standard, Now.AddSeconds(age).AddMilliseconds(age < 0 ? 0 : 999)).Verify(Body, headers, WebhookSecrets.Of(Secret)).Refusal
            .Should().Be(refusal, "whole seconds are compared");
        Verifier(Standard, Now.AddSeconds(age), TimeSpan.Zero).Verify(Body, headers, WebhookSecrets.Of(Secret)).IsValid.Should().Be(age == 0);
        Verifier(Standard, Now.AddSeconds(age), TimeSpan.MaxValue).Verify(Body, headers, WebhookSecrets.Of(Secret)).IsValid.Should().BeTrue();
    }

    [Fact]
    public void One_header_proves_a_plain_scheme_and_is_refused_by_name_where_several_are_needed()
    {
        var signature = Sign(Plain, WebhookSecrets.Of(Secret)).Single().Value;
        Verifier(Plain).Verify(Body, signature, Secret).IsValid.Should().BeTrue();
        Verifier(Plain).Verify(Body, signature: null, Secret).Refusal.Should().Be(VerificationRefusal.MissingHeader);
        Verifier(Standard).Verify(Body, signature, Secret).Refusal.Should().Be(VerificationRefusal.NeedsHeaders);
        Verifier(Standard).Verify(Body, signature: null, Secret).Refusal.Should().Be(VerificationRefusal.NeedsHeaders);
        var construct = () => Verifier(Standard).ConstructEvent(Body, signature, Secret);
        construct.Should().Throw<WebhookVerificationException>().WithMessage("*needs several*");
    }

    [Fact]
    public void Any_pair_of_a_signature_and_a_secret_will_do()
    {
        var (a, b, c) = (WebhookSecret.Generate(), WebhookSecret.Generate(), WebhookSecret.Generate());
        var headers = WebhookHeaders.From(Sign(Standard, WebhookSecrets.Of(a, b)));
        Verifier(Standard).Verify(Body, headers, WebhookSecrets.Of(c, b)).IsValid.Should().BeTrue();
        Verifier(Standard).Verify(Body, headers, WebhookSecrets.Of(a, c)).IsValid.Should().BeTrue();
        Verifier(Standard).Verify(Body, headers, WebhookSecrets.Of(c)).Refusal.Should().Be(VerificationRefusal.SignatureMismatch);
    }

    [Fact]
    public void Without_a_secret_nothing_is_genuine()
    {
        var headers = WebhookHeaders.From(Sign(Standard, WebhookSecrets.Of(Secret)));
        Verifier(Standard).Verify(Body, headers, WebhookSecrets.None).Refusal.Should().Be(VerificationRefusal.NoSecret);
        default(VerificationResult).IsValid.Should().BeFalse();
        default(VerificationResult).Refusal.Should().Be(VerificationRefusal.NotVerified);
    }

    [Fact]
    public void An_unfit_secret_is_a_fault_of_the_configuration_whatever_the_request_is()
    {
        var unfit = WebhookSecret.Parse("short");
        var good = WebhookHeaders.From(Sign(Standard, WebhookSecrets.Of(Secret)));
        var verify = new Action[]
        {
            () => Verifier(Standard).Verify(Body, good, WebhookSecrets.Of(Secret, unfit)),
            () => Verifier(Standard).Verify(Body, WebhookHeaders.None, WebhookSecrets.Of(unfit)),
            () => Verifier(Plain).Verify(Body, signature: null, unfit),
            () => Verifier(Standard).Verify(Body, "v1,x", unfit),
        };
        verify.Should().AllSatisfy(v => v.Should().Throw<WebhookValidationException>().Which.Errors.Single().Code.Should().Be(WebhookErrorCode.InvalidSecret));
    }

    [Fact]
    public void Nulls_and_a_negative_tolerance_are_misuse()
    {
        new Action[]
        {
            () => Verifier(Plain).Verify(Body, "x", null!),
            () => Verifier(Plain).Verify(Body, null!, WebhookSecrets.None),
            () => Verifier(Plain).Verify(Body, WebhookHeaders.None, null!),
            () => _ = new WebhookVerifier((SignatureScheme)null!),
            () => _ = new WebhookVerifier((WebhookSource)null!),
            () => _ = new WebhookVerifier(Plain, new WebhookVerifierOptions { TimeProvider = null! }),
        }.Should().AllSatisfy(a => a.Should().Throw<ArgumentNullException>());
        var negative = () => Verifier(Plain, tolerance: TimeSpan.FromSeconds(-1));
        negative.Should().Throw<WebhookValidationException>().Which.Errors.Single().Field.Should().Be("Tolerance");
    }

    [Fact]
    public void Many_threads_verify_with_one_secret()
    {
        var secrets = WebhookSecrets.Of(WebhookSecret.Generate());
        var verifier = Verifier(Standard);
        var wrong = 0;
        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 32 }, worker =>
        {
            byte[] body = [.. Body, (byte)worker];
            var headers = WebhookHeaders.From(Sign(Standard, secrets, body));
            for (var i = 0; i < 300; i++)
            {
                if (!verifier.Verify(body, headers, secrets).IsValid || verifier.Verify(Body, headers, secrets).IsValid)
                    Interlocked.Increment(ref wrong);
            }
        });
        wrong.Should().Be(0);
    }

    [Fact]
    public void Every_refusal_has_a_message_of_its_own() =>
        Enum.GetValues<VerificationRefusal>().Select(r => new WebhookVerificationException(VerificationResult.Refused(r, "x-header")).Message)
            .Should().OnlyHaveUniqueItems();
}
