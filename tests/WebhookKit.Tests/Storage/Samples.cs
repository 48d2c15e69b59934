using System.Globalization;
using System.Reflection;
using WebhookKit.Storage;

namespace WebhookKit.Tests.Storage;

/// <summary>Subscriptions and destinations that say all there is to say, parts of a host's own, and a text to compare by.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.FromHours(2));
    public static readonly RetryPolicy HostPolicy = new Policy(TimeSpan.FromSeconds(3));
    public static readonly SuccessRule HostRule = SuccessRule.Where(status => status == 204);
    public static readonly EndpointAuthentication HostAuthentication = EndpointAuthentication.Delegate((_, _) => ValueTask.CompletedTask);
    public static readonly SignatureScheme HostScheme = new Scheme();
    public static readonly Envelope HostEnvelope = Envelope.Custom("mine", (writer, _) => writer.WriteNullValue());
    public static readonly Envelope HostCloudEvents = Envelope.CloudEvents(new CloudEventsOptions { Source = "/s", Subject = _ => "s" });

    public static readonly NamedParts Parts = new(
    [
        new(RetryForm.Method, "my policy", HostPolicy), new(SuccessForm.Method, "my rule", HostRule),
        new(AuthenticationForm.Method, "my authentication", HostAuthentication), new(SchemeForm.Method, "mine", HostScheme),
        new(EnvelopeForm.Method, "mine", HostEnvelope), new(EnvelopeForm.Method, "cloudevents", HostCloudEvents),
    ]);

    public static readonly WebhookSecrets Secrets = WebhookSecrets.Of(WebhookSecret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        .Rotate(WebhookSecret.Parse("a secret of 📬\n"), Now, TimeSpan.FromDays(1));

    public static readonly SignatureScheme Hmac = SignatureSchemes.Hmac("x-a", o =>
    {
        o.Algorithm = HmacAlgorithm.Sha512;
        o.Encoding = SignatureEncoding.Base64;
        o.Prefix = "v1=";
        o.TimestampHeader = "x-t";
        o.SignedContent = "v0:{timestamp}:{body}\n";
        o.MinimumSecretBytes = 20;
    });

    public static readonly RetryPolicy[] Policies =
    [
        RetryPolicy.None, RetryPolicy.None with { Jitter = 0.1 + 0.2 }, RetryPolicy.StandardWebhooks, RetryPolicy.Schedule(TimeSpan.FromTicks(1)),
        RetryPolicy.Fixed(3, TimeSpan.FromMilliseconds(1.5)), RetryPolicy.Fixed(3, TimeSpan.FromDays(365)) with { Jitter = 1 },
        RetryPolicy.WithinWindow(2, TimeSpan.FromMinutes(30)), RetryPolicy.Exponential(TimeSpan.FromSeconds(1), 1.1, TimeSpan.FromHours(1), 5),
        RetryPolicy.UntilAccepted(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)) with { Jitter = 0 }, HostPolicy,
    ];

    public static readonly SuccessRule?[] Rules = [null, SuccessRule.Any2xx, SuccessRule.Exactly(200), SuccessRule.OneOf(204, 200, 404), HostRule];

    public static readonly Envelope?[] Envelopes =
    [
        null, Envelope.Bare, Envelope.StandardWebhooks, Envelope.CloudEvents("https://example.com/a"), Envelope.CloudEvents("/b", CloudEventsMode.Binary),
        Envelope.CloudEvents(new CloudEventsOptions
        {
            Source = "/c", TypePrefix = "com.example.", Uses = EnvelopeInputs.TenantValues | EnvelopeInputs.Metadata,
        }),
        HostEnvelope, HostCloudEvents,
    ];

    public static readonly EndpointAuthentication[] Authentications =
    [
        EndpointAuthentication.None, EndpointAuthentication.Basic("user", "pass:word 📬"), EndpointAuthentication.Basic("", "p"),
        EndpointAuthentication.Bearer("to.ken=="), EndpointAuthentication.Headers(KeyValuePair.Create("x-key", "one"), KeyValuePair.Create("x-other", "two")),
        HostAuthentication,
    ];

    public static readonly IReadOnlyList<SignatureScheme>?[] Schemes =
        [null, [], [SignatureSchemes.StandardWebhooks], [SignatureSchemes.Svix, Hmac, SignatureSchemes.Hmac("x-plain")], [HostScheme]];

    /// <summary>Every property differs from its default.</summary>
    public static Subscription Subscription => new()
    {
        Id = SubscriptionId.Parse("sub_00112233445566778899aabbccddeeff"),
        Tenant = "Ångström 📬",
        Name = "n",
        Description = "two\nlines",
        Url = "https://example.com/hook?a=b",
        Events = [EventPattern.Parse("a.b"), EventPattern.Parse("c.*"), EventPattern.Group("G"), EventPattern.All],
        Filter =
        [
            AttributeCondition.Is("region", "eu", "us"), AttributeCondition.IsNot("a", ""), AttributeCondition.StartsWith("b", "x"),
            AttributeCondition.Exists("c"), AttributeCondition.Missing("d"),
        ],
        Status = SubscriptionStatus.Disabled,
        StatusReason = "410 Gone",
        Order = DeliveryOrder.BlockOnExhausted,
        Secrets = Secrets,
        Schemes = [SignatureSchemes.StandardWebhooks, SignatureSchemes.Svix, Hmac, HostScheme],
        Authentication = Authentications[1],
        Headers = new Dictionary<string, string> { ["x-one"] = "1", ["x-two"] = "2" },
        Envelope = Envelopes[5],
        Retry = Policies[7],
        RetryByEventType = new Dictionary<string, RetryPolicy> { ["a.b"] = Policies[4], ["c.d"] = HostPolicy },
        Success = Rules[3],
        Timeout = TimeSpan.FromSeconds(7.5),
        MaxConcurrency = 3,
        DisableOnGone = false,
        RespectRetryAfter = true,
        Metadata = new Dictionary<string, string> { ["k"] = "v", ["K"] = "", ["</script>"] = "\"'&+\t" },
        CreatedAt = Now,
        UpdatedAt = Now.AddTicks(1),
    };

    /// <summary>Every property differs from its default.</summary>
    public static StoredDestination Destination => new()
    {
        Id = DestinationId.Parse("dst_00112233445566778899aabbccddeeff"),
        Tenant = "acme",
        Settings = new WebhookDestination
        {
            Url = "https://example.com/hook",
            Secrets = Secrets,
            Schemes = [],
            Authentication = Authentications[4],
            Headers = new Dictionary<string, string> { ["x-one"] = "secret one" },
            Envelope = HostEnvelope,
            Retry = RetryPolicy.StandardWebhooks,
            Success = HostRule,
            Timeout = TimeSpan.FromSeconds(1),
            EndOnGone = true,
            RespectRetryAfter = false,
            Metadata = new Dictionary<string, string> { ["k"] = "v" },
        },
    };

    /// <summary>A subscription of parts chosen at random.</summary>
    public static Subscription Random(Random random)
    {
        return Subscription with
        {
            Tenant = Any<string?>(null, "", "acme"),
            Name = Any<string?>(null, "", "n"),
            Filter = Any<IReadOnlyList<AttributeCondition>>([], Subscription.Filter),
            Status = Any(Enum.GetValues<SubscriptionStatus>()),
            StatusReason = Any<string?>(null, "r"),
            Order = Any(Enum.GetValues<DeliveryOrder>()),
            Secrets = Any(WebhookSecrets.None, Secrets),
            Schemes = Any(Schemes),
            Authentication = Any(Authentications),
            Headers = Any(new Dictionary<string, string>(), Subscription.Headers),
            Envelope = Any(Envelopes),
            Retry = Any([null, .. Policies]),
            RetryByEventType = Enumerable.Range(0, random.Next(3)).ToDictionary(i => $"e.{i}", _ => Any(Policies)),
            Success = Any(Rules),
            Timeout = Any<TimeSpan?>(null, TimeSpan.FromTicks(random.NextInt64(1, TimeSpan.TicksPerHour))),
            MaxConcurrency = Any<int?>(null, random.Next(1, 100)),
            DisableOnGone = Any<bool?>(null, true, false),
            RespectRetryAfter = Any<bool?>(null, true, false),
            Metadata = Any(new Dictionary<string, string>(), Subscription.Metadata),
            CreatedAt = Now.AddTicks(random.NextInt64(TimeSpan.TicksPerDay)),
        };

        T Any<T>(params T[] choices) => choices[random.Next(choices.Length)];
    }

    /// <summary>All public properties by name, as texts that differ where the values do.</summary>
    public static IReadOnlyDictionary<string, string> Describe(object o) => o.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.GetIndexParameters().Length == 0).ToDictionary(p => p.Name, p => Text(p.GetValue(o)));

    private static string Text(object? value) => value switch
    {
        null => "null",
        WebhookSecrets secrets => string.Join('|', secrets.Identity()),
        SignatureScheme scheme => scheme.Identity() ?? Instance(scheme),
        Envelope envelope => envelope.Identity() ?? Instance(envelope),
        EndpointAuthentication authentication => authentication.Identity() ?? Instance(authentication),
        SuccessRule rule => rule.Identity() ?? Instance(rule),
        RetryPolicy policy => policy.Identity() ?? Instance(policy),
        EventPattern pattern => pattern.ToString(),
        AttributeCondition condition => $"{condition.Name} {condition.Kind} {string.Join('|', condition.Values)}",
        IReadOnlyDictionary<string, string> pairs => string.Join('|', pairs.OrderBy(p => p.Key, StringComparer.Ordinal)),
        IReadOnlyDictionary<string, RetryPolicy> pairs => string.Join(
            '|', pairs.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Key + Text(p.Value))),
        IEnumerable<object> items => $"[{string.Join('|', items.Select(Text))}]",
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        WebhookDestination settings => string.Join('\n', Describe(settings)),
        IFormattable plain => plain.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Instance(object o) => $"{o.GetType().Name} {System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(o)}";

    private sealed record Policy(TimeSpan Delay) : RetryPolicy
    {
        protected override TimeSpan LongestStep => Delay;

        protected override TimeSpan? NextDelay(int attemptsMade) => null;
    }

    private sealed class Scheme : SignatureScheme
    {
        public override string Name => "mine";

        public override string? SignatureHeader => "x-mine";

        public override WebhookError? Check(WebhookSecret secret) => null;

        public override void Sign(in SigningInput input, WebhookSecrets secrets, ICollection<KeyValuePair<string, string>> headers) =>
            headers.Add(new("x-mine", "1"));

        public override VerificationResult Verify(in VerificationInput input) => VerificationResult.Refused(VerificationRefusal.SignatureMismatch, "x-mine");
    }
}
