using System.Globalization;

namespace WebhookKit.Testing.Receivers;

/// <summary>Signs a request, and writes the headers in which a source finds what it looks for.</summary>
internal static class TestHeaders
{
    private const string MessageId = "webhook-id";

    public static WebhookHeaders Of(
        WebhookTestRequest request, WebhookSource source, WebhookSecrets secrets, ReadOnlySpan<byte> signedBody, bool isUnsigned)
    {
        var headers = Sign(request, source, secrets, signedBody);
        if (isUnsigned)
            RemoveProof(headers, request, source, signedBody);
        Add(headers, source.Type.HeaderName, request.EventType);
        Add(headers, source.Id is null ? MessageId : source.Id.HeaderName, request.Id);
        Add(headers, source.Timestamp.HeaderName, request.Timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        return WebhookHeaders.From(headers);
    }

    public static bool SignsTime(WebhookTestRequest request, WebhookSource source, WebhookSecrets secrets, ReadOnlySpan<byte> signedBody)
    {
        var headers = WebhookHeaders.From(Sign(request, source, secrets, signedBody));
        return source.Scheme.Verify(new VerificationInput(signedBody, headers, secrets, request.Timestamp, TimeSpan.Zero)).SignedTimestamp is not null;
    }

    /// <summary>What proves the request is what another secret would write differently; all that the scheme writes, where no other can be made.</summary>
    private static void RemoveProof(
        List<KeyValuePair<string, string>> headers, WebhookTestRequest request, WebhookSource source, ReadOnlySpan<byte> signedBody)
    {
        var other = WebhookSecret.Generate();
        var others = source.Scheme.Check(other) is null ? Sign(request, source, WebhookSecrets.Of(other), signedBody) : [];
        headers.RemoveAll(header => !others.Contains(header));
    }

    private static List<KeyValuePair<string, string>> Sign(
        WebhookTestRequest request, WebhookSource source, WebhookSecrets secrets, ReadOnlySpan<byte> signedBody)
    {
        var headers = new List<KeyValuePair<string, string>>();
        var input = new SigningInput { MessageId = request.Id, Timestamp = request.Timestamp, Body = signedBody, Url = request.Url };
        source.Scheme.Sign(in input, secrets, headers);
        return headers;
    }

    private static void Add(List<KeyValuePair<string, string>> headers, string? name, string value)
    {
        if (name is not null && !headers.Exists(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
            headers.Add(new(name, value));
    }
}
