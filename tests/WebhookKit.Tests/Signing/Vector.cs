using System.Text.Json;

namespace WebhookKit.Tests.Signing;

/// <summary>One request with the verdict of an implementation from outside this project.</summary>
public sealed record Vector
{
    public required string Id { get; init; }

    public required string Scheme { get; init; }

    /// <summary>One secret, or a list of them.</summary>
    public required JsonElement Secret { get; init; }

    public long Now { get; init; }

    public string[][] Headers { get; init; } = [];

    public string BodyBase64 { get; init; } = "";

    public Repeat? BodyRepeat { get; init; }

    public Settings? Options { get; init; }

    public required string Expect { get; init; }

    public string Level { get; init; } = "must";

    public string? Why { get; init; }

    public bool ExpectValid => Expect == "valid";

    /// <summary>The schemes that the library has, by the names of the vectors.</summary>
    public static bool IsCovered(string scheme) => scheme is "standard-webhooks" or "svix" or "plain-hmac-hex" or "plain-hmac-base64";

    // Vectors of other schemes have other members: they are left out before they are read.
    public static IReadOnlyList<Vector> Read(Stream stream)
    {
        var file = JsonSerializer.Deserialize<JsonElement>(stream);
        return [.. file.GetProperty("vectors").EnumerateArray()
            .Where(v => IsCovered(v.GetProperty("scheme").GetString()!))
            .Select(v => v.Deserialize<Vector>(JsonSerializerOptions.Web)!)];
    }

    public static IReadOnlyList<Vector> Development()
    {
        using var stream = typeof(Vector).Assembly.GetManifestResourceStream("vectors-dev.json")!;
        return Read(stream);
    }

    public VerificationResult Verify()
    {
        var body = BodyRepeat is { } repeat
            ? [.. Enumerable.Repeat(Convert.FromBase64String(repeat.Base64), repeat.Times).SelectMany(b => b)]
            : Convert.FromBase64String(BodyBase64);
        var scheme = Scheme switch
        {
            "standard-webhooks" => SignatureSchemes.StandardWebhooks,
            "svix" => SignatureSchemes.Svix,
            "plain-hmac-hex" => SignatureSchemes.Hmac(Options!.Header),
            _ => SignatureSchemes.Hmac(Options!.Header, o => o.Encoding = SignatureEncoding.Base64),
        };
        var verifier = new WebhookVerifier(scheme, new WebhookVerifierOptions { TimeProvider = new FixedClock(DateTimeOffset.FromUnixTimeSeconds(Now)) });
        return verifier.Verify(
            body,
            WebhookHeaders.From(Headers.Select(h => new KeyValuePair<string, string>(h[0], h[1]))),
            WebhookSecrets.Of([.. Secrets().Select(WebhookSecret.Parse)]));
    }

    private IEnumerable<string?> Secrets() =>
        Secret.ValueKind == JsonValueKind.Array ? Secret.EnumerateArray().Select(s => s.GetString()) : [Secret.GetString()];

    public sealed record Repeat(string Base64, int Times);

    public sealed record Settings(string Header);
}
