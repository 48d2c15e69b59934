using System.Globalization;
using System.Text;
using static WebhookKit.Tests.Signing.SigningTestData;

namespace WebhookKit.Tests.Signing;

/// <summary>A scheme as a host would write it, with public parts only: both time and signature in one header, <c>t=…,v1=…</c>.</summary>
public sealed class HostSchemeTests
{
    [Fact]
    public void A_host_adds_a_scheme_that_signs_and_verifies()
    {
        var scheme = new TimedScheme();
        var header = Sign(scheme, WebhookSecrets.Of(Secret)).Single();
        var verifier = Verifier(scheme);

        var result = verifier.Verify(Body, header.Value, Secret);
        result.IsValid.Should().BeTrue();
        result.SignedTimestamp.Should().Be(Now);
        verifier.Verify(Body, "t=01614265330" + header.Value[12..], Secret).Refusal.Should().Be(VerificationRefusal.TimestampMalformed);
        verifier.Verify("other"u8, header.Value, Secret).Refusal.Should().Be(VerificationRefusal.SignatureMismatch);
        verifier.ConstructEvent("{\"type\":\"a.b\"}"u8, Sign(scheme, WebhookSecrets.Of(Secret), Utf8("{\"type\":\"a.b\"}")).Single().Value, Secret)
            .Type.Should().Be("a.b");
    }

    private sealed class TimedScheme : SignatureScheme
    {
        private const string Header = "X-Timed";
        private static readonly KeyForm<HmacKey> Form = HmacKeyForms.Utf8(HmacAlgorithm.Sha256, minimumBytes: 16);

        public override string Name => "timed";

        public override string? SignatureHeader => Header;

        public override WebhookError? Check(WebhookSecret secret) => secret.TryKey(Form, out _, out var error) ? null : error;

        public override void Sign(in SigningInput input, WebhookSecrets secrets, ICollection<KeyValuePair<string, string>> headers)
        {
            var time = input.Timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            var hash = new byte[32];
            secrets.First().Key(Form).Hash(Encoding.ASCII.GetBytes(time + "."), input.Body, [], hash);
            headers.Add(new(Header, $"t={time},v1={SignatureText.Encode(hash, SignatureEncoding.Hex)}"));
        }

        public override VerificationResult Verify(in VerificationInput input)
        {
            if (!input.TryGetOne(Header, out var value, out var refused))
                return refused;
            var parts = value.Split(',');
            Span<byte> signature = stackalloc byte[SignatureText.MaxBytes];
            if (parts is not [['t', '=', .. var time], ['v', '1', '=', .. var hex]]
                || !SignatureText.TryDecode(hex, SignatureEncoding.Hex, signature, out var length))
                return VerificationResult.Refused(VerificationRefusal.MalformedSignature, Header);
            if (!input.TryGetTime(time, Header, out var signed, out refused))
                return refused;
            foreach (var secret in input.Secrets.At(input.Now))
            {
                if (secret.Key(Form).Matches(Encoding.ASCII.GetBytes(time + "."), input.Body, [], signature[..length]))
                    return VerificationResult.Valid(signedTimestamp: signed);
            }

            return VerificationResult.Refused(VerificationRefusal.SignatureMismatch, Header);
        }
    }
}
