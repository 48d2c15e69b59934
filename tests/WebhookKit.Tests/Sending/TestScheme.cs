using System.Globalization;

namespace WebhookKit.Tests.Sending;

/// <summary>Signs with the length of the body, which is enough to see that it was asked.</summary>
internal sealed class TestScheme(params KeyValuePair<string, string>[] more) : SignatureScheme
{
    public override string Name => "test";

    public override string? SignatureHeader => "webhook-signature";

    public override WebhookError? Check(WebhookSecret secret) => null;

    public override VerificationResult Verify(in VerificationInput input) => VerificationResult.Refused(VerificationRefusal.NotVerified);

    public override void Sign(in SigningInput input, WebhookSecrets secrets, ICollection<KeyValuePair<string, string>> headers)
    {
        headers.Add(new("webhook-id", input.MessageId));
        headers.Add(new("webhook-signature", string.Create(CultureInfo.InvariantCulture, $"{input.Body.Length}.{secrets.Count}.{input.Url.AbsolutePath}")));
        foreach (var header in more)
            headers.Add(header);
    }
}
