using WebhookKit.Tests.DependencyInjection;
using WebhookKit.Tests.Envelopes;
using WebhookKit.Tests.Publishing;

namespace WebhookKit.Tests.Subscriptions;

public sealed class EnvelopeValidationTests
{
    private static readonly Envelope Binary = Envelope.CloudEvents("/x", CloudEventsMode.Binary);
    private static readonly Subscription Good = new() { Url = "https://example.com/hook", Events = [EventPattern.All], Envelope = Binary };

    [Theory]
    [InlineData("ce-id")]
    [InlineData("CE-Source")]
    [InlineData("ce-subject")]
    [InlineData("ce-datacontenttype")]
    public async Task A_header_of_the_subscriptions_envelope_cannot_be_an_extra_header(string name)
    {
        await using var host = new PublishingHost();

        var error = (await RefusedAsync(host, With(Good, name))).Should().ContainSingle().Subject;

        (error.Field, error.Code).Should().Be(($"Headers[{name}]", WebhookErrorCode.InvalidHeader));
        error.Problem.Should().Contain("envelope");
    }

    [Fact]
    public async Task A_header_that_the_envelope_does_not_set_can_be_added()
    {
        await using var host = new PublishingHost();

        await host.Subscriptions.CreateAsync(With(Good, "ce-region"));
        await host.Subscriptions.CreateAsync(With(Good with { Envelope = Envelope.CloudEvents("/x") }, "ce-id"));
    }

    [Fact]
    public async Task What_the_host_falls_back_to_counts()
    {
        await using var host = new PublishingHost(o => o.Subscriptions.Envelope = Binary);

        (await RefusedAsync(host, With(Good with { Envelope = null }, "ce-id"))).Should().ContainSingle();
        await host.Subscriptions.CreateAsync(With(Good with { Envelope = Envelope.Bare }, "ce-id"));
    }

    [Theory]
    [InlineData("cloud.made", true)]
    [InlineData("cloud.*", true)]
    [InlineData("group:Clouds", true)]
    [InlineData("*", true)]
    [InlineData("cloud.other", false)]
    [InlineData("clou.*", false)]
    [InlineData("group:Inspection", false)]
    [InlineData("future.*", false)]
    public async Task What_the_event_types_that_it_asks_for_fall_back_to_counts(string pattern, bool refused)
    {
        await using var host = new PublishingHost(
            build: b => b.AddEvent("cloud.made", e => (e.Envelope, e.Group) = (Binary, "Clouds")).AddEvent("cloud.other"));
        var subscription = With(Good with { Envelope = null, Events = [EventPattern.Parse(pattern)] }, "ce-id");

        if (refused)
            (await RefusedAsync(host, subscription)).Should().ContainSingle().Which.Field.Should().Be("Headers[ce-id]");
        else
            await host.Subscriptions.CreateAsync(subscription);
    }

    [Fact]
    public async Task Neither_a_signature_nor_the_authentication_may_set_what_the_envelope_sets()
    {
        await using var host = new PublishingHost();

        foreach (var subscription in new[]
        {
            Good with { Schemes = [SignatureSchemes.Hmac("CE-id")] },
            Good with { Authentication = EndpointAuthentication.Headers(new KeyValuePair<string, string>("CE-id", "k")) },
        })
        {
            var error = (await RefusedAsync(host, subscription)).Should().ContainSingle().Subject;
            (error.Field, error.Code).Should().Be(("Envelope", WebhookErrorCode.Contradiction));
        }
    }

    [Fact]
    public async Task An_envelope_that_uses_tenant_values_needs_somebody_who_gives_them()
    {
        await using var without = new PublishingHost();
        await using var with = new PublishingHost(build: b => b.UseTenantValues(_ => throw new InvalidOperationException("It is not needed yet.")));
        var subscription = Good with { Envelope = ProductBodies.AlphaTouch };

        var error = (await RefusedAsync(without, subscription)).Should().ContainSingle().Subject;

        (error.Field, error.Code).Should().Be(("Envelope", WebhookErrorCode.Required));
        error.Remedy.Should().Contain("UseTenantValues");
        await with.Subscriptions.CreateAsync(subscription);
    }

    [Fact]
    public async Task The_host_does_not_start_with_envelopes_whose_values_nobody_gives()
    {
        static Microsoft.Extensions.Hosting.HostApplicationBuilder Builder(bool given)
        {
            var builder = TestHost.Builder();
            var webhooks = Microsoft.Extensions.DependencyInjection.WebhookServiceCollectionExtensions
                .AddWebhooks(builder.Services, o => o.Subscriptions.Envelope = ProductBodies.AlphaTouch)
                .AddEvent("a.b", e => e.Envelope = ProductBodies.AlphaTouch).AddEvent("c.d", e => e.Envelope = ProductBodies.Foxy);
            if (given)
                webhooks.UseTenantValues(_ => new TestTenantValues());
            return builder;
        }

        (await Builder(given: false).Build().FaultsAsync()).Select(f => f.Split(": ")[0])
            .Should().BeEquivalentTo("WebhookOptions.Subscriptions.Envelope", "AddEvent(a.b).Envelope");
        using var host = Builder(given: true).Build();
        await host.StartAsync();
        await host.StopAsync();
    }

    private static Subscription With(Subscription subscription, string header) =>
        subscription with { Headers = new Dictionary<string, string> { [header] = "a" } };

    private static async Task<IReadOnlyList<WebhookError>> RefusedAsync(PublishingHost host, Subscription subscription) =>
        (await FluentActions.Invoking(() => host.Subscriptions.CreateAsync(subscription)).Should().ThrowAsync<WebhookValidationException>()).Which.Errors;
}
