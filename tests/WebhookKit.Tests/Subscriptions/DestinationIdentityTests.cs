using System.Globalization;
using WebhookKit.Messages;
using WebhookKit.Subscriptions;

namespace WebhookKit.Tests.Subscriptions;

public sealed class DestinationIdentityTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /// <summary>Each makes, anew each time, settings that differ from all the others.</summary>
    private static readonly Func<WebhookDestination>[] Settings =
    [
        () => Plain,
        () => Plain with { Url = "https://example.com/other" },
        () => Plain with { Secrets = WebhookSecrets.Of(WebhookSecret.Parse(Secret)) },
        () => Plain with { Secrets = WebhookSecrets.Of(WebhookSecret.Parse(Secret + "AAAA")) },
        () => Plain with { Secrets = WebhookSecrets.Of(WebhookSecret.Parse(Secret), WebhookSecret.Parse(Secret + "AAAA")) },
        () => Plain with { Secrets = WebhookSecrets.Of(WebhookSecret.Parse(Secret + "AAAA"), WebhookSecret.Parse(Secret)) },
        () => Plain with
        {
            Secrets = WebhookSecrets.Of(WebhookSecret.Parse(Secret))
                .Rotate(WebhookSecret.Parse(Secret + "AAAA"), DateTimeOffset.UnixEpoch, TimeSpan.FromDays(1)),
        },
        () => Plain with { Schemes = [] },
        () => Plain with { Schemes = [SignatureSchemes.StandardWebhooks] },
        () => Plain with { Schemes = [SignatureSchemes.Svix] },
        () => Plain with { Schemes = [SignatureSchemes.StandardWebhooks, SignatureSchemes.Svix] },
        () => Plain with { Schemes = [SignatureSchemes.Hmac("x-a")] },
        () => Plain with { Schemes = [SignatureSchemes.Hmac("x-b")] },
        () => Plain with { Schemes = [SignatureSchemes.Hmac("x-a", o => o.Algorithm = HmacAlgorithm.Sha512)] },
        () => Plain with { Schemes = [SignatureSchemes.Hmac("x-a", o => o.Encoding = SignatureEncoding.Base64)] },
        () => Plain with { Schemes = [SignatureSchemes.Hmac("x-a", o => o.Prefix = "sha256=")] },
        () => Plain with { Schemes = [SignatureSchemes.Hmac("x-a", o => o.MinimumSecretBytes = 20)] },
        () => Plain with { Schemes = [SignatureSchemes.Hmac("x-a", o => o.SignedContent = "v1:{body}")] },
        () => Plain with { Schemes = [SignatureSchemes.Hmac("x-a", o => (o.TimestampHeader, o.SignedContent) = ("x-t", "{timestamp}.{body}"))] },
        () => Plain with { Authentication = EndpointAuthentication.Basic("user", "one") },
        () => Plain with { Authentication = EndpointAuthentication.Basic("user", "two") },
        () => Plain with { Authentication = EndpointAuthentication.Bearer("one") },
        () => Plain with { Authentication = EndpointAuthentication.Headers(new KeyValuePair<string, string>("x-key", "one")) },
        () => Plain with { Authentication = EndpointAuthentication.Headers(new KeyValuePair<string, string>("x-key", "two")) },
        () => Plain with { Headers = new Dictionary<string, string> { ["x-a"] = "1" } },
        () => Plain with { Headers = new Dictionary<string, string> { ["x-a"] = "1", ["x-b"] = "2" } },
        () => Plain with { Metadata = new Dictionary<string, string> { ["x-a"] = "1" } },
        () => Plain with { Metadata = new Dictionary<string, string> { ["x-a"] = "\uD800" } },
        () => Plain with { Metadata = new Dictionary<string, string> { ["x-a"] = "\uD801" } },
        () => Plain with { Envelope = Envelope.Bare },
        () => Plain with { Envelope = Envelope.StandardWebhooks },
        () => Plain with { Envelope = Envelope.CloudEvents("https://example.com/a") },
        () => Plain with { Envelope = Envelope.CloudEvents("https://example.com/b") },
        () => Plain with { Envelope = Envelope.CloudEvents("https://example.com/a", CloudEventsMode.Binary) },
        () => Plain with { Retry = RetryPolicy.None },
        () => Plain with { Retry = RetryPolicy.None with { Jitter = 0.5 } },
        () => Plain with { Retry = RetryPolicy.StandardWebhooks },
        () => Plain with { Retry = RetryPolicy.Schedule(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)) },
        () => Plain with { Retry = RetryPolicy.Schedule(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)) },
        () => Plain with { Retry = RetryPolicy.Fixed(2, TimeSpan.FromSeconds(1)) },
        () => Plain with { Retry = RetryPolicy.Fixed(1, TimeSpan.FromSeconds(2)) },
        () => Plain with { Retry = RetryPolicy.WithinWindow(2, TimeSpan.FromMinutes(30)) },
        () => Plain with { Retry = RetryPolicy.WithinWindow(3, TimeSpan.FromMinutes(30)) },
        () => Plain with { Retry = RetryPolicy.Exponential(TimeSpan.FromSeconds(1), 1.5, TimeSpan.FromHours(1), 5) },
        () => Plain with { Retry = RetryPolicy.Exponential(TimeSpan.FromSeconds(1), 1.25, TimeSpan.FromHours(1), 5) },
        () => Plain with { Retry = RetryPolicy.UntilAccepted(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)) },
        () => Plain with { Success = SuccessRule.Any2xx },
        () => Plain with { Success = SuccessRule.Exactly(200) },
        () => Plain with { Success = SuccessRule.OneOf(200, 201) },
        () => Plain with { Timeout = TimeSpan.FromSeconds(1) },
        () => Plain with { EndOnGone = true },
        () => Plain with { EndOnGone = false },
        () => Plain with { RespectRetryAfter = true },
        () => Plain with { RespectRetryAfter = false },
    ];

    /// <summary>Each makes settings with an object that only code can describe.</summary>
    private static readonly Func<WebhookDestination>[] Opaque =
    [
        () => Plain with { Authentication = EndpointAuthentication.Delegate((_, _) => ValueTask.CompletedTask) },
        () => Plain with { Envelope = Envelope.Custom("mine", (writer, _) => writer.WriteNullValue()) },
        () => Plain with { Envelope = Envelope.CloudEvents(new CloudEventsOptions { Source = "https://example.com/a", Subject = _ => "s" }) },
        () => Plain with { Success = SuccessRule.Where(status => status == 204) },
        () => Plain with { Retry = new HostPolicy() },
        () => Plain with { Schemes = [new HostScheme()] },
    ];

    private static WebhookDestination Plain => new() { Url = "https://example.com/hook" };

    [Fact]
    public void Equal_settings_have_one_id_and_no_others_share_it()
    {
        var ids = Settings.Select(make => Id(make())).ToList();

        Settings.Select(make => Id(make())).Should().Equal(ids);
        ids.Should().OnlyHaveUniqueItems();
        ids.Should().NotContain(Settings.Select(make => Id(make(), "acme"))).And.NotContain(Settings.Select(make => Id(make(), "")));
    }

    [Fact]
    public void Objects_of_the_hosts_own_are_told_apart_by_instance()
    {
        foreach (var make in Opaque)
        {
            var one = make();
            Id(one).Should().Be(Id(one with { }));
            Id(make()).Should().NotBe(Id(one));
        }

        Opaque.Concat(Settings).Select(make => Id(make())).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void What_a_publisher_would_call_the_same_is_described_the_same()
    {
        var described = Settings.Concat(Opaque).Select(make => Description(make())).ToList();

        Settings.Concat(Opaque).Select(make => Description(make())).Should().Equal(described);
        Settings.Concat(Opaque).Where(make => !HasSecrets(make())).Select(make => Description(make())).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void An_id_is_the_same_in_another_process_only_if_nothing_secret_is_in_it()
    {
        foreach (var make in Settings)
        {
            var ids = new[] { new byte[32], [1, .. new byte[31]] }.Select(key => DestinationIdentity.IdOf(tenant: null, make(), key)).Distinct();
            ids.Should().HaveCount(HasSecrets(make()) ? 2 : 1);
        }

        Settings.Select(make => DestinationIdentity.IdOf(tenant: null, make(), new byte[32])).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void The_id_of_settings_without_secrets_never_changes() =>
        Id(Plain with { EndOnGone = true }, "acme").ToString().Should().Be("dst_31b05fb42ca08652b392b07394462526");

    [Fact]
    public void A_description_has_nothing_secret_in_it()
    {
        var (one, two) = (WebhookSecret.Parse(Secret), WebhookSecret.Parse(Secret + "AAAA"));
        var signed = Plain with { Secrets = WebhookSecrets.Of(one) };

        Same(signed, Plain with { Secrets = WebhookSecrets.Of(two) });
        Same(signed, signed with { Secrets = signed.Secrets.Rotate(two, DateTimeOffset.UnixEpoch, TimeSpan.FromDays(1)) });
        Same(Plain with { Authentication = EndpointAuthentication.Basic("a", "b") }, Plain with { Authentication = EndpointAuthentication.Basic("c", "d") });
        Same(Plain with { Authentication = EndpointAuthentication.Bearer("a") }, Plain with { Authentication = EndpointAuthentication.Bearer("b") });
        Same(Plain with { Authentication = Key("x-key", "a") }, Plain with { Authentication = Key("x-key", "b") });
        Same(Plain with { Headers = Header("x-key", "a") }, Plain with { Headers = Header("x-key", "b") });
        Description(Plain with { Authentication = Key("x-key", "a") }).Should().NotBe(Description(Plain with { Authentication = Key("x-other", "a") }));
        Description(Plain with { Headers = Header("x-key", "a") }).Should().NotBe(Description(Plain with { Headers = Header("x-other", "a") }));
        var (bearer, basic) = (EndpointAuthentication.Bearer("a"), EndpointAuthentication.Basic("a", "b"));
        new[] { Plain, signed, Plain with { Authentication = bearer }, Plain with { Authentication = basic } }
            .Select(Description).Should().OnlyHaveUniqueItems();

        static void Same(WebhookDestination a, WebhookDestination b) => Description(a).Should().Be(Description(b));

        static EndpointAuthentication Key(string name, string value) => EndpointAuthentication.Headers(KeyValuePair.Create(name, value));

        static Dictionary<string, string> Header(string name, string value) => new() { [name] = value };
    }

    [Fact]
    public void The_order_of_headers_and_metadata_does_not_count()
    {
        var there = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" };
        var back = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" };

        Id(Plain with { Headers = there, Metadata = there }).Should().Be(Id(Plain with { Headers = back, Metadata = back }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Settings_combined_at_random_share_an_id_only_if_they_are_the_same(int seed)
    {
        var random = new Random(seed);
        var seen = new Dictionary<DestinationId, string>();
        var repeated = 0;
        for (var i = 0; i < 5_000; i++)
        {
            int[] chosen = [.. Enumerable.Range(0, 3).Select(_ => random.Next(Settings.Length))];
            var combined = chosen.Select(c => Settings[c]()).Aggregate(Combine);
            var key = Text(combined);

            if (seen.TryGetValue(Id(combined), out var before))
            {
                repeated++;
                before.Should().Be(key);
            }
            else
            {
                seen.Values.Should().NotContain(key);
                seen.Add(Id(combined), key);
            }
        }

        repeated.Should().BeGreaterThan(10);
    }

    [Fact]
    public void A_culture_does_not_change_an_id()
    {
        var before = CultureInfo.CurrentCulture;
        var ids = Settings.Select(make => Id(make())).ToList();
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            Settings.Select(make => Id(make())).Should().Equal(ids);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static DestinationId Id(WebhookDestination destination, string? tenant = null) => DestinationIdentity.IdOf(tenant, destination);

    private static bool HasSecrets(WebhookDestination d) =>
        d.Secrets.Count > 0 || d.Headers.Count > 0 || d.Authentication.Kind is "basic" or "bearer" or "header";

    private static string Description(WebhookDestination destination)
    {
        using var fingerprint = new Fingerprint();
        DestinationIdentity.Describe(fingerprint, destination);
        return Convert.ToHexString(fingerprint.ToBytes());
    }

    private static WebhookDestination Combine(WebhookDestination a, WebhookDestination b) => new()
    {
        Url = b.Url != Plain.Url ? b.Url : a.Url,
        Secrets = b.Secrets.Count > 0 ? b.Secrets : a.Secrets,
        Schemes = b.Schemes ?? a.Schemes,
        Authentication = b.Authentication != EndpointAuthentication.None ? b.Authentication : a.Authentication,
        Headers = b.Headers.Count > 0 ? b.Headers : a.Headers,
        Metadata = b.Metadata.Count > 0 ? b.Metadata : a.Metadata,
        Envelope = b.Envelope ?? a.Envelope,
        Retry = b.Retry ?? a.Retry,
        Success = b.Success ?? a.Success,
        Timeout = b.Timeout ?? a.Timeout,
        EndOnGone = b.EndOnGone ?? a.EndOnGone,
        RespectRetryAfter = b.RespectRetryAfter ?? a.RespectRetryAfter,
    };

    /// <summary>Which part of which setting it has, found by comparing, not by hashing.</summary>
    private static string Text(WebhookDestination d)
    {
        return string.Join(
            '|', d.Url, Of(s => s.Secrets, (x, y) => x.Equals(y)), Of(s => s.Schemes, SameSchemes),
            Of(s => s.Authentication, (x, y) => x.Identity() == y.Identity()),
            string.Join(',', d.Headers), string.Join(',', d.Metadata.Select(m => $"{m.Key}={(int)m.Value[0]}")),
            Of(s => s.Envelope, (x, y) => x?.Identity() == y?.Identity()),
            Of(s => s.Retry, (x, y) => Equals(x, y)), d.Success, d.Timeout, d.EndOnGone, d.RespectRetryAfter);

        int Of<T>(Func<WebhookDestination, T> part, Func<T, T, bool> same) => Array.FindIndex(Settings, make => same(part(make()), part(d)));

        static bool SameSchemes(IReadOnlyList<SignatureScheme>? x, IReadOnlyList<SignatureScheme>? y) =>
            x is null ? y is null : y is not null && x.Select(s => s.Identity()).SequenceEqual(y.Select(s => s.Identity()));
    }

    private sealed record HostPolicy : RetryPolicy
    {
        protected override TimeSpan LongestStep => TimeSpan.Zero;

        protected override TimeSpan? NextDelay(int attemptsMade) => null;
    }

    private sealed class HostScheme : SignatureScheme
    {
        public override string Name => "mine";

        public override string? SignatureHeader => "x-mine";

        public override WebhookError? Check(WebhookSecret secret) => null;

        public override void Sign(in SigningInput input, WebhookSecrets secrets, ICollection<KeyValuePair<string, string>> headers) =>
            headers.Add(new("x-mine", "1"));

        public override VerificationResult Verify(in VerificationInput input) => VerificationResult.Refused(VerificationRefusal.SignatureMismatch, "x-mine");
    }
}
