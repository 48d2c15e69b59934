using System.Text;

namespace WebhookKit.Tests.Signing;

/// <summary>The example of the Standard Webhooks libraries, and shorthand to sign and verify.</summary>
internal static class SigningTestData
{
    internal static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);

    internal static readonly WebhookSecret Secret = WebhookSecret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    internal static readonly byte[] Body = "{\"test\": 2432232314}"u8.ToArray();

    internal const string MessageId = "msg_p5jXN8AQM9LWM0D4loKWxJek";

    internal static List<KeyValuePair<string, string>> Sign(
        SignatureScheme scheme, WebhookSecrets secrets, byte[]? body = null, DateTimeOffset? at = null, string id = MessageId)
    {
        List<KeyValuePair<string, string>> headers = [];
        var input = new SigningInput { MessageId = id, Timestamp = at ?? Now, Body = body ?? Body, Url = new Uri("https://receiver.example/hook") };
        scheme.Sign(input, secrets, headers);
        return headers;
    }

    internal static WebhookVerifier Verifier(SignatureScheme scheme, DateTimeOffset? now = null, TimeSpan? tolerance = null) =>
        new(scheme, new WebhookVerifierOptions { TimeProvider = new FixedClock(now ?? Now), Tolerance = tolerance ?? TimeSpan.FromMinutes(5) });

    internal static string Text(this IEnumerable<KeyValuePair<string, string>> headers, string name) => headers.Single(h => h.Key == name).Value;

    internal static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
