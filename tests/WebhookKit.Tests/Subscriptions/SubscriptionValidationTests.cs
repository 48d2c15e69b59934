using System.Collections.ObjectModel;
using System.Text.Json;
using WebhookKit.Tests.Publishing;

namespace WebhookKit.Tests.Subscriptions;

public sealed class SubscriptionValidationTests : IAsyncDisposable
{
    private static readonly Subscription Good = new() { Url = "https://example.com/hook", Events = [EventPattern.All] };

    private readonly PublishingHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("https://example.com")]
    [InlineData("https://example.com:8443/a/b?c=d%20e")]
    [InlineData("https://exämple.com/")]
    [InlineData("https://203.0.113.7/")]
    [InlineData("https://[2001:db8::1]/")]
    public async Task A_URL_is_kept_as_it_was_given(string url) =>
        (await _host.Subscriptions.CreateAsync(Good with { Url = url })).Url.Should().Be(url);

    [Theory]
    [InlineData(null, WebhookErrorCode.Required)]
    [InlineData("", WebhookErrorCode.Required)]
    [InlineData("   ", WebhookErrorCode.Required)]
    [InlineData("example.com/hook", WebhookErrorCode.InvalidUrl)]
    [InlineData("/hook", WebhookErrorCode.InvalidUrl)]
    [InlineData("//example.com", WebhookErrorCode.InvalidUrl)]
    [InlineData("https:example.com", WebhookErrorCode.InvalidUrl)]
    [InlineData("https://", WebhookErrorCode.InvalidUrl)]
    [InlineData("https:///hook", WebhookErrorCode.InvalidUrl)]
    [InlineData("https://example.com:99999/", WebhookErrorCode.InvalidUrl)]
    [InlineData("ftp://example.com/", WebhookErrorCode.InvalidUrl)]
    [InlineData("file:///etc/passwd", WebhookErrorCode.InvalidUrl)]
    [InlineData("javascript:alert(1)", WebhookErrorCode.InvalidUrl)]
    [InlineData("http://example.com/", WebhookErrorCode.InvalidUrl)]
    [InlineData("https://user@example.com/", WebhookErrorCode.InvalidUrl)]
    [InlineData("https://user:pass@example.com/", WebhookErrorCode.InvalidUrl)]
    [InlineData("https://example.com/#part", WebhookErrorCode.InvalidUrl)]
    [InlineData("https://example.com/#", WebhookErrorCode.InvalidUrl)]
    [InlineData(" https://example.com/", WebhookErrorCode.InvalidUrl)]
    [InlineData("https://example.com/a b", WebhookErrorCode.InvalidUrl)]
    [InlineData("https://example.com/\r\nx: y", WebhookErrorCode.InvalidUrl)]
    [InlineData("https://example.com/\u0000", WebhookErrorCode.InvalidUrl)]
    [InlineData("https:\\\\example.com\\", WebhookErrorCode.InvalidUrl)]
    public async Task A_malformed_URL_is_refused(string? url, WebhookErrorCode code)
    {
        var error = await RefusedAsync(Good with { Url = url! });

        (error.Field, error.Code).Should().Be(("Url", code));
        error.ToString().Should().NotContain("pass@", "what user-info holds must not show");
    }

    [Theory]
    [InlineData("/hooks")]
    [InlineData("//example.com/hooks")]
    [InlineData("hooks")]
    [InlineData("example.com/hooks")]
    public async Task A_URL_without_its_scheme_is_answered_as_not_absolute(string url)
    {
        var error = await RefusedAsync(Good with { Url = url });

        (error.Field, error.Code).Should().Be(("Url", WebhookErrorCode.InvalidUrl));
        error.Problem.Should().Be("The URL is not an absolute URL.");
    }

    [Fact]
    public async Task A_URL_has_at_most_8000_characters()
    {
        await _host.Subscriptions.CreateAsync(Good with { Url = "https://example.com/".PadRight(8000, 'a') });

        (await RefusedAsync(Good with { Url = "https://example.com/".PadRight(8001, 'a') })).Code.Should().Be(WebhookErrorCode.InvalidUrl);
    }

    [Theory]
    [InlineData("no.such.type")]
    [InlineData("group:NoSuchGroup")]
    [InlineData("group:inspection")]
    public async Task Event_types_and_groups_that_nobody_registered_are_refused(string pattern)
    {
        var error = await RefusedAsync(Good with { Events = [EventPattern.All, EventPattern.Parse(pattern)] });

        (error.Field, error.Code).Should().Be(("Events[1]", WebhookErrorCode.UnknownEventType));
    }

    [Fact]
    public async Task A_prefix_may_be_of_events_that_are_still_to_come() =>
        await _host.Subscriptions.CreateAsync(Good with { Events = [EventPattern.Parse("future.*")] });

    [Fact]
    public async Task Events_are_1_to_1000_patterns()
    {
        (await RefusedAsync(Good with { Events = [] })).Code.Should().Be(WebhookErrorCode.Required);
        (await RefusedAsync(Good with { Events = [.. Enumerable.Repeat(EventPattern.All, 1001)] })).Code.Should().Be(WebhookErrorCode.OutOfRange);
        await _host.Subscriptions.CreateAsync(Good with { Events = [.. Enumerable.Repeat(EventPattern.All, 1000)] });
    }

    [Theory]
    [InlineData("x-a", "a\r\nb: c")]
    [InlineData("x-a", "a\nb")]
    [InlineData("x-a", "\u0001")]
    [InlineData("x-a", "é")]
    [InlineData("x-a", " a")]
    [InlineData("x-a", null)]
    [InlineData("x a", "a")]
    [InlineData("x-a\r\n", "a")]
    [InlineData("x:a", "a")]
    [InlineData("", "a")]
    [InlineData("Host", "a")]
    [InlineData("Content-Type", "a")]
    [InlineData("content-length", "1")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("User-Agent", "a")]
    [InlineData("webhook-id", "a")]
    [InlineData("Webhook-Signature", "a")]
    [InlineData("Authorization", "Basic abc")]
    public async Task Malformed_and_reserved_headers_are_refused(string name, string? value)
    {
        var error = await RefusedAsync(Good with { Headers = new Dictionary<string, string> { [name] = value! } });

        error.Code.Should().Be(WebhookErrorCode.InvalidHeader);
        error.Field.Should().Be(name is "" or "x a" or "x-a\r\n" or "x:a" ? "Headers[0]" : $"Headers[{name}]");
        error.ToString().Should().NotContain("Basic abc");
    }

    [Fact]
    public async Task A_header_may_not_be_one_that_a_scheme_or_the_authentication_sets()
    {
        var schemes = new[] { SignatureSchemes.Hmac("x-signature", o => (o.TimestampHeader, o.SignedContent) = ("x-time", "{timestamp}.{body}")) };
        var authentication = EndpointAuthentication.Headers(new KeyValuePair<string, string>("x-api-key", "k"));
        foreach (var name in new[] { "X-Signature", "X-Time", "X-Api-Key" })
        {
            (await RefusedAsync(Good with { Schemes = schemes, Authentication = authentication, Headers = new Dictionary<string, string> { [name] = "a" } }))
                .Code.Should().Be(WebhookErrorCode.InvalidHeader);
        }

        await _host.Subscriptions.CreateAsync(
            Good with { Schemes = schemes, Authentication = authentication, Headers = new Dictionary<string, string> { ["x-other"] = "a" } });
    }

    [Fact]
    public async Task The_authentication_may_not_set_what_a_scheme_sets()
    {
        var error = await RefusedAsync(Good with { Schemes = [SignatureSchemes.Hmac("authorization")], Authentication = EndpointAuthentication.Bearer("abc") });

        (error.Field, error.Code).Should().Be(("Authentication", WebhookErrorCode.Contradiction));
    }

    [Fact]
    public async Task Two_schemes_may_not_set_one_header_to_different_values()
    {
        var error = await RefusedAsync(
            Good with { Schemes = [SignatureSchemes.Hmac("x-s"), SignatureSchemes.Hmac("X-S", o => o.Algorithm = HmacAlgorithm.Sha512)] });

        (error.Field, error.Code).Should().Be(("Schemes", WebhookErrorCode.Contradiction));
        await _host.Subscriptions.CreateAsync(Good with { Schemes = [SignatureSchemes.StandardWebhooks, SignatureSchemes.Svix, SignatureSchemes.Hmac("x-s")] });
    }

    [Theory]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("whsec_not base64")]
    [InlineData("short")]
    public async Task A_secret_that_the_scheme_cannot_use_is_refused_and_does_not_show(string text)
    {
        var error = await RefusedAsync(Good with { Secrets = WebhookSecrets.Of(WebhookSecret.Parse(text)) });

        (error.Field, error.Code).Should().Be(("Secrets", WebhookErrorCode.InvalidSecret));
        error.ToString().Should().NotContain(text);
    }

    [Fact]
    public async Task An_update_cannot_leave_a_signed_subscription_without_a_secret()
    {
        var created = await _host.Subscriptions.CreateAsync(Good);

        (await RefusedAsync(() => _host.Subscriptions.UpdateAsync(created with { Secrets = WebhookSecrets.None })))
            .Should().ContainSingle().Which.Field.Should().Be("Secrets");
        await _host.Subscriptions.UpdateAsync(created with { Secrets = WebhookSecrets.None, Schemes = [] });
    }

    [Fact]
    public async Task There_are_ten_secrets_at_the_most()
    {
        await _host.Subscriptions.CreateAsync(Good with { Secrets = Secrets(10) });

        (await RefusedAsync(Good with { Secrets = Secrets(11) })).Field.Should().Be("Secrets");

        static WebhookSecrets Secrets(int count) => WebhookSecrets.Of([.. Enumerable.Range(0, count).Select(_ => WebhookSecret.Generate())]);
    }

    [Fact]
    public async Task Limits_are_checked()
    {
        (await RefusedAsync(Good with { Timeout = TimeSpan.Zero })).Field.Should().Be("Timeout");
        (await RefusedAsync(Good with { Timeout = TimeSpan.FromSeconds(60.001) })).Remedy.Should().Contain("Webhooks:Sending:MaxTimeout");
        (await RefusedAsync(Good with { MaxConcurrency = 0 })).Field.Should().Be("MaxConcurrency");
        (await RefusedAsync(Good with { MaxConcurrency = 10_001 })).Field.Should().Be("MaxConcurrency");
        (await RefusedAsync(Good with { Status = (SubscriptionStatus)9 })).Field.Should().Be("Status");
        (await RefusedAsync(Good with { Name = new string('n', 1025) })).Field.Should().Be("Name");
        (await RefusedAsync(Good with { Description = new string('n', 1025) })).Field.Should().Be("Description");
        (await RefusedAsync(Good with { Tenant = "" })).Field.Should().Be("Tenant");
        (await RefusedAsync(Good with { Tenant = new string('t', 257) })).Field.Should().Be("Tenant");
        await _host.Subscriptions.CreateAsync(
            Good with { Timeout = TimeSpan.FromSeconds(60), MaxConcurrency = 10_000, Name = new string('n', 1024), Tenant = new string('t', 256) });
    }

    [Fact]
    public async Task Every_fault_of_a_filter_is_named()
    {
        var errors = await RefusedAsync(() => _host.Subscriptions.CreateAsync(Good with
        {
            Filter =
            [
                AttributeCondition.Exists("good"),
                AttributeCondition.Is(""),
                new AttributeCondition { Name = new string('n', 129), Kind = AttributeConditionKind.Exists, Values = ["x"] },
                AttributeCondition.IsNot("a\nb", new string('v', 1025), "\u0001", "\uD800"),
                AttributeCondition.StartsWith("a", ""),
                AttributeCondition.Is("a", [.. Enumerable.Repeat("v", 1001)]),
                new AttributeCondition { Name = "a", Kind = (AttributeConditionKind)9 },
            ],
        }));

        errors.Select(e => (e.Field, e.Code)).Should().Equal(
            ("Filter[1].Name", WebhookErrorCode.Required), ("Filter[1].Values", WebhookErrorCode.Required),
            ("Filter[2].Name", WebhookErrorCode.OutOfRange), ("Filter[2].Values", WebhookErrorCode.Contradiction),
            ("Filter[3].Name", WebhookErrorCode.InvalidText), ("Filter[3].Values[0]", WebhookErrorCode.OutOfRange),
            ("Filter[3].Values[1]", WebhookErrorCode.InvalidText), ("Filter[3].Values[2]", WebhookErrorCode.InvalidText),
            ("Filter[4].Values[0]", WebhookErrorCode.Required), ("Filter[5].Values", WebhookErrorCode.OutOfRange),
            ("Filter[6].Kind", WebhookErrorCode.OutOfRange));
    }

    [Fact]
    public async Task A_filter_has_at_most_50_conditions()
    {
        var largest = AttributeCondition.Is(new string('n', 128), new string('v', 1024), "");
        await _host.Subscriptions.CreateAsync(Good with { Filter = [.. Enumerable.Repeat(largest, 50)] });

        (await RefusedAsync(Good with { Filter = [.. Enumerable.Repeat(AttributeCondition.Exists("a"), 51)] })).Field.Should().Be("Filter");
    }

    [Fact]
    public async Task What_the_caller_does_to_the_values_of_a_filter_later_changes_nothing()
    {
        var values = new List<string> { "eu" };
        var created = await _host.Subscriptions.CreateAsync(
            Good with { Filter = [new AttributeCondition { Name = "region", Values = values }] });

        values.Clear();

        (await _host.Subscriptions.FindAsync(created.Id))!.Filter[0].Values.Should().Equal("eu");
    }

    [Fact]
    public async Task A_tenant_with_control_characters_is_refused() =>
        (await RefusedAsync(Good with { Tenant = "a\0b" })).Should().Match<WebhookError>(e => e.Field == "Tenant" && e.Code == WebhookErrorCode.InvalidText);

    [Fact]
    public async Task An_unknown_order_is_refused() => (await RefusedAsync(Good with { Order = (DeliveryOrder)9 })).Field.Should().Be("Order");

    [Fact]
    public async Task Retry_policies_are_for_registered_event_types_by_name()
    {
        await _host.Subscriptions.CreateAsync(Good with { RetryByEventType = Policies("car.moved", RetryPolicy.None) });

        (await RefusedAsync(Good with { RetryByEventType = Policies("car.*", RetryPolicy.None) })).Code.Should().Be(WebhookErrorCode.UnknownEventType);
        (await RefusedAsync(Good with { RetryByEventType = Policies("car.moved", null!) })).Field.Should().Be("RetryByEventType[car.moved]");

        static Dictionary<string, RetryPolicy> Policies(string name, RetryPolicy policy) => new() { [name] = policy };
    }

    public static TheoryData<string, Func<Subscription, Subscription>> Nulls() => new()
    {
        { "Url", s => s with { Url = null! } },
        { "Events", s => s with { Events = null! } },
        { "Events[0]", s => s with { Events = [null!] } },
        { "Filter", s => s with { Filter = null! } },
        { "Filter[0]", s => s with { Filter = [null!] } },
        { "Filter[0].Name", s => s with { Filter = [AttributeCondition.Exists(null!)] } },
        { "Filter[0].Values", s => s with { Filter = [AttributeCondition.Is("a", null!)] } },
        { "Filter[0].Values[1]", s => s with { Filter = [AttributeCondition.Is("a", "b", null!)] } },
        { "Secrets", s => s with { Secrets = null! } },
        { "Schemes", s => s with { Schemes = [null!] } },
        { "Authentication", s => s with { Authentication = null! } },
        { "Headers", s => s with { Headers = null! } },
        { "RetryByEventType", s => s with { RetryByEventType = null! } },
        { "Metadata", s => s with { Metadata = null! } },
        { "Metadata", s => s with { Metadata = new Dictionary<string, string> { ["k"] = null! } } },
    };

    [Theory]
    [MemberData(nameof(Nulls))]
    public async Task A_null_where_none_may_be_is_a_typed_error_that_names_the_field(string field, Func<Subscription, Subscription> nullify)
    {
        var created = await _host.Subscriptions.CreateAsync(Good);

        (await RefusedAsync(nullify(Good))).Should().Match<WebhookError>(e => e.Field == field && e.Code == WebhookErrorCode.Required);
        (await RefusedAsync(() => _host.Subscriptions.UpdateAsync(nullify(created)))).Should().ContainSingle().Which.Field.Should().Be(field);
    }

    [Fact]
    public async Task Every_fault_is_listed_and_nothing_is_stored()
    {
        var errors = await RefusedAsync(() => _host.Subscriptions.CreateAsync(new Subscription
        {
            Tenant = "",
            Url = "ftp://example.com",
            Events = [EventPattern.Parse("no.such"), null!],
            Secrets = WebhookSecrets.Of(WebhookSecret.Parse("x")),
            Headers = new Dictionary<string, string> { ["host"] = "a", ["x-b"] = "\n" },
            Timeout = TimeSpan.FromHours(1),
            MaxConcurrency = -1,
        }));

        errors.Select(e => e.Field).Should().Equal(
            "Tenant", "Url", "Events[0]", "Events[1]", "Secrets", "Headers[host]", "Headers[x-b]", "Timeout", "MaxConcurrency");
        (await _host.Subscriptions.ListAsync(new SubscriptionQuery { AllTenants = true })).Items.Should().BeEmpty();
    }

    [Fact]
    public async Task What_a_caller_does_to_its_collections_later_changes_nothing()
    {
        var events = new List<EventPattern> { EventPattern.Parse("car.moved") };
        var headers = new Dictionary<string, string> { ["x-a"] = "a" };
        var created = await _host.Subscriptions.CreateAsync(Good with { Events = events, Headers = headers });

        events[0] = EventPattern.All;
        headers["x-b"] = "\r\n";

        var stored = (await _host.Subscriptions.FindAsync(created.Id))!;
        stored.Events.Should().Equal(EventPattern.Parse("car.moved"));
        stored.Headers.Should().HaveCount(1).And.BeOfType<ReadOnlyDictionary<string, string>>();
        await _host.Subscriptions.RemoveAsync(created.Id);
        (await _host.Publisher.PublishAsync(new Moved(1), new PublishOptions { EventType = "car.moved" })).Targets
            .Should().Be(0, "the index must not keep what is gone");
    }

    [Fact]
    public void A_subscription_never_shows_its_secrets()
    {
        const string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        var subscription = Good with
        {
            Secrets = WebhookSecrets.Of(WebhookSecret.Parse(secret))
                .Rotate(WebhookSecret.Parse(secret + "AAAA"), DateTimeOffset.UnixEpoch, TimeSpan.FromDays(1)),
            Authentication = EndpointAuthentication.Basic("user", "pass-word"),
        };
        var withHeader = Good with { Authentication = EndpointAuthentication.Headers(new KeyValuePair<string, string>("x-api-key", "pass-word")) };
        var withBearer = Good with { Authentication = EndpointAuthentication.Bearer("pass-word") };

        foreach (var s in new[] { subscription, withHeader, withBearer })
        {
            foreach (var text in new[] { s.ToString(), JsonSerializer.Serialize(s) })
            {
                text.Should().Contain("https://example.com/hook");
                text.Should().NotContain("MfKQ9r8").And.NotContain("pass-word").And.NotContain(Convert.ToBase64String("user:pass-word"u8));
            }
        }
    }

    private async Task<WebhookError> RefusedAsync(Subscription subscription) =>
        (await RefusedAsync(() => _host.Subscriptions.CreateAsync(subscription))).Should().ContainSingle().Subject;

    private static async Task<IReadOnlyList<WebhookError>> RefusedAsync(Func<Task> call)
    {
        var errors = (await call.Should().ThrowAsync<WebhookValidationException>()).Which.Errors;
        errors.Should().OnlyContain(e => e.Remedy.Length > 0 && e.Problem.Length > 0);
        return errors;
    }
}
