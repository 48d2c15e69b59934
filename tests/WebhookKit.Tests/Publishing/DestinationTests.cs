namespace WebhookKit.Tests.Publishing;

public sealed class DestinationTests : IAsyncDisposable
{
    private static readonly WebhookDestination Unsigned = new() { Url = "https://example.com/hook", Schemes = [] };

    private readonly PublishingHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_destination_given_with_the_event_gets_it_and_nobody_else_does()
    {
        await _host.SubscribeAsync("*");
        var given = Unsigned with
        {
            Secrets = WebhookSecrets.Of(WebhookSecret.Generate()),
            Schemes = null,
            Retry = RetryPolicy.UntilAccepted(TimeSpan.FromSeconds(5), TimeSpan.FromHours(1)),
            Metadata = new Dictionary<string, string> { ["image"] = "17" },
        };

        (await PublishAsync(given)).Targets.Should().Be(1);

        var delivery = (await _host.LeasedAsync()).Should().ContainSingle().Subject;
        delivery.Subscription.Should().BeNull();
        delivery.Destination!.Settings.Should().BeEquivalentTo(given);
        delivery.Destination.Id.Should().NotBe(default(DestinationId));
        delivery.Destination.Tenant.Should().BeNull();
    }

    [Fact]
    public async Task With_named_subscriptions_both_get_it()
    {
        var named = await _host.SubscribeAsync("car.moved");

        (await _host.PublishAsync(new PublishOptions { Subscriptions = [named.Id], Destinations = [Unsigned] })).Targets.Should().Be(2);

        (await _host.LeasedAsync()).Select(d => d.Subscription).Should().BeEquivalentTo(new SubscriptionId?[] { named.Id, null });
    }

    [Fact]
    public async Task Equal_destinations_are_one_and_of_one_tenant()
    {
        (await PublishAsync(Unsigned, Unsigned with { }, Unsigned with { Url = "https://example.com/other" })).Targets.Should().Be(2);
        await PublishAsync(Unsigned);
        await _host.PublishAsync(new PublishOptions { Tenant = "acme", Destinations = [Unsigned] });

        var deliveries = await _host.LeasedAsync();
        deliveries.Should().HaveCount(4);
        deliveries.Select(d => d.Destination!.Id).Distinct().Should().HaveCount(3);
        deliveries.GroupBy(d => d.Destination!.Id).Max(g => g.Select(d => d.Destination!.Tenant + " " + d.Destination.Settings.Url).Distinct().Count())
            .Should().Be(1);
    }

    [Fact]
    public async Task What_the_caller_does_to_its_collections_later_changes_nothing()
    {
        var schemes = new List<SignatureScheme>();
        var (headers, metadata) = (new Dictionary<string, string> { ["x-a"] = "1" }, new Dictionary<string, string> { ["a"] = "1" });
        var destinations = new List<WebhookDestination> { Unsigned with { Schemes = schemes, Headers = headers, Metadata = metadata } };
        await _host.PublishAsync(new PublishOptions { Destinations = destinations });

        schemes.Add(SignatureSchemes.Svix);
        headers["x-a"] = "2";
        metadata.Clear();
        destinations.Clear();

        var settings = (await _host.LeasedAsync())[0].Destination!.Settings;
        settings.Schemes.Should().BeEmpty();
        settings.Headers.Should().ContainSingle().Which.Value.Should().Be("1");
        settings.Metadata.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_destination_is_held_to_the_rules_of_subscriptions_and_every_fault_says_where_it_is()
    {
        var errors = await RefusedAsync(
            Unsigned with { Url = "http://example.com/" },
            Unsigned,
            Unsigned with
            {
                Url = "https://user:pass@example.com/", Headers = new Dictionary<string, string> { ["host"] = "a" }, Timeout = TimeSpan.FromHours(1),
            },
            new WebhookDestination { Url = "https://example.com/" },
            Unsigned with { Schemes = null, Secrets = WebhookSecrets.Of(WebhookSecret.Parse("short")) },
            null!,
            Unsigned with { Url = null!, Authentication = null!, Metadata = null! });

        errors.Select(e => (e.Field, e.Code)).Should().Equal(
            ("Destinations[0].Url", WebhookErrorCode.InvalidUrl),
            ("Destinations[2].Url", WebhookErrorCode.InvalidUrl), ("Destinations[2].Headers[host]", WebhookErrorCode.InvalidHeader),
            ("Destinations[2].Timeout", WebhookErrorCode.OutOfRange),
            ("Destinations[3].Secrets", WebhookErrorCode.Required),
            ("Destinations[4].Secrets", WebhookErrorCode.InvalidSecret),
            ("Destinations[5]", WebhookErrorCode.Required),
            ("Destinations[6].Url", WebhookErrorCode.Required), ("Destinations[6].Authentication", WebhookErrorCode.Required),
            ("Destinations[6].Metadata", WebhookErrorCode.Required));
        string.Concat(errors).Should().NotContain("pass@").And.NotContain("short ");
    }

    [Fact]
    public async Task A_header_that_the_envelope_of_the_event_sets_is_refused()
    {
        await using var host = new PublishingHost(o => o.Subscriptions.Envelope = Envelope.CloudEvents("https://example.com/", CloudEventsMode.Binary));
        var destination = Unsigned with { Headers = new Dictionary<string, string> { ["ce-id"] = "1" } };

        (await host.RefusedAsync(p => p.PublishAsync(new InspectionCompleted(1, "A"), new PublishOptions { Destinations = [destination] })))
            .Should().ContainSingle().Which.Field.Should().Be("Destinations[0].Headers[ce-id]");
        (await host.PublishAsync(new PublishOptions { Destinations = [destination with { Envelope = Envelope.Bare }] })).Targets.Should().Be(1);
    }

    [Fact]
    public async Task Of_many_events_a_fault_names_the_event_too() =>
        (await _host.RefusedAsync(p => p.PublishManyAsync(
        [
            PublishRequest.Of(new InspectionCompleted(1, "A")),
            PublishRequest.Of(new InspectionCompleted(1, "A"), new PublishOptions { Destinations = [Unsigned with { Url = "/hook" }] }),
        ]))).Should().ContainSingle().Which.Field.Should().Be("Events[1].Destinations[0].Url");

    private Task<PublishResult> PublishAsync(params WebhookDestination[] destinations) =>
        _host.PublishAsync(new PublishOptions { Destinations = destinations });

    private Task<IReadOnlyList<WebhookError>> RefusedAsync(params WebhookDestination[] destinations) =>
        _host.RefusedAsync(p => p.PublishAsync(new InspectionCompleted(1, "A"), new PublishOptions { Destinations = destinations }));
}
