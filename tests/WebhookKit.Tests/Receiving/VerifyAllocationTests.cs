using static WebhookKit.Tests.Signing.SigningTestData;

namespace WebhookKit.Tests.Receiving;

[Collection(nameof(VerifyAllocationTests))]
public sealed class VerifyAllocationTests
{
    private const int Rounds = 20_000;

    [Theory]
    [InlineData(0)]
    [InlineData(1024)]
    [InlineData(100_000)]
    public void Verifying_by_headers_allocates_nothing(int size)
    {
        var body = new byte[size];
        foreach (var scheme in new[]
        {
            SignatureSchemes.StandardWebhooks,
            SignatureSchemes.Svix,
            SignatureSchemes.Hmac("X-Sig", o => (o.TimestampHeader, o.SignedContent, o.Algorithm) = ("X-Time", "v0:{timestamp}:{body}", HmacAlgorithm.Sha512)),
        })
        {
            var secrets = WebhookSecrets.Of(WebhookSecret.Generate());
            var headers = WebhookHeaders.From(Sign(scheme, secrets, body));
            var verifier = Verifier(scheme);
            Allocated(() => verifier.Verify(body, headers, secrets).IsValid, size).Should().Be(0, scheme.Name);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1024)]
    [InlineData(100_000)]
    public void Verifying_by_one_header_allocates_nothing(int size)
    {
        var body = new byte[size];
        foreach (var encoding in Enum.GetValues<SignatureEncoding>())
        {
            var scheme = SignatureSchemes.Hmac("X-Sig", o => o.Encoding = encoding);
            var secret = WebhookSecret.Generate();
            var signature = Sign(scheme, WebhookSecrets.Of(secret), body).Single().Value;
            var verifier = Verifier(scheme);
            Allocated(() => verifier.Verify(body, signature, secret).IsValid, size).Should().Be(0, encoding.ToString());
        }
    }

    [Fact]
    public void Refusing_allocates_nothing_either()
    {
        var verifier = Verifier(SignatureSchemes.StandardWebhooks);
        var secrets = WebhookSecrets.Of(Secret);
        var forged = WebhookHeaders.From(Sign(SignatureSchemes.StandardWebhooks, WebhookSecrets.Of(WebhookSecret.Generate())));
        var malformed = WebhookHeaders.Of(("webhook-id", "a"), ("webhook-timestamp", "1614265330"), ("webhook-signature", new string('v', 10_000)));
        Allocated(() => !verifier.Verify(Body, forged, secrets).IsValid && !verifier.Verify(Body, malformed, secrets).IsValid, 1000).Should().Be(0);
    }

    private static long Allocated(Func<bool> verify, int size)
    {
        // The runtime itself allocates on this thread now and then, as when it compiles a method anew; what a call allocates shows in every batch.
        const int batches = 5;
        var rounds = size > 10_000 ? Rounds / 100 : Rounds;
        var all = true;
        var least = long.MaxValue;
        for (var batch = 0; batch <= batches && least > 0; batch++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < rounds; i++)
                all &= verify();
            if (batch > 0)
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        all.Should().BeTrue("only the expected path is measured");
        return least;
    }
}
