using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using WebhookKit.Testing;
using WebhookKit.Tests.Dispatching;
using WebhookKit.Tests.Envelopes;
using WebhookKit.Tests.Sending;

namespace WebhookKit.Tests.Operations;

public sealed class PreviewTests : IAsyncDisposable
{
    private const string Secret = "A-SECRET-VALUE";
    private const string Url = "http://127.0.0.1:9/hook";

    private static readonly PublishRequest Event = PublishRequest.Json("thing.happened", """{"n":1}"""u8.ToArray());

    private readonly VirtualClock _clock = new();
    private SenderHost? _host;

    private IWebhookOperations Operations => _host!.Services.GetRequiredService<IWebhookOperations>();

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_preview_is_byte_for_byte_what_is_then_sent()
    {
        await using var server = RawServer.Answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        await StartAsync();
        var subscription = await _host!.SubscribeAsync(server.Url.AbsoluteUri, s => s with
        {
            Status = SubscriptionStatus.Paused,
            Headers = new Dictionary<string, string> { ["x-region"] = "eu", ["accept"] = "*/*" },
            Authentication = EndpointAuthentication.Headers(KeyValuePair.Create("x-api-key", Secret), KeyValuePair.Create("authorization", "Basic xyz")),
        });
        var message = await _host.PublishAsync();

        var preview = (await Operations.PreviewAsync(subscription.Id, message, revealSecrets: true))!;
        await Operations.ResumeAsync(subscription.Id);
        await _host.Store.UntilEmptyAsync();

        preview.Problem.Should().BeNull();
        var request = preview.Request!;
        request.Url.Should().Be(server.Url.AbsoluteUri);
        Text(request).Should().Be(server.Requests.Should().ContainSingle().Subject);
    }

    [Theory]
    [InlineData($"http://user:{Secret}@127.0.0.1:9/hook")]
    [InlineData($"http://127.0.0.1:9/hook#{Secret}")]
    public async Task Whatever_an_authentication_of_the_hosts_puts_into_the_url_is_redacted(string url)
    {
        await StartAsync();
        var subscription = await _host!.SubscribeAsync(Url, s => s with
        {
            Authentication = EndpointAuthentication.Delegate((request, _) =>
            {
                request.RequestUri = new Uri(url);
                return default;
            }),
        });

        var hidden = (await Operations.PreviewAsync(subscription.Id, Event))!;

        hidden.Request!.Url.Should().Be("http://127.0.0.1:9/[redacted]");
        Text(hidden.Request).Should().NotContain(Secret);
        (hidden.Problem ?? "").Should().NotContain(Secret);
        (await Operations.PreviewAsync(subscription.Id, Event, revealSecrets: true))!.Request!.Url.Should().Be(url);
    }

    [Fact]
    public async Task Nothing_is_stored_or_sent()
    {
        await using var receiver = await TestReceiver.StartAsync();
        await StartAsync();
        var subscription = await _host!.SubscribeAsync(receiver.UrlOf("s"));

        (await Operations.PreviewAsync(subscription.Id, Event))!.Request.Should().NotBeNull();
        var destination = new WebhookDestination { Url = receiver.UrlOf("d"), Secrets = subscription.Secrets };
        (await Operations.PreviewAsync(destination, Event)).Request.Should().NotBeNull();

        receiver.Requests.Should().BeEmpty();
        (await _host.Store.ListMessagesAsync(new MessageQuery { AllTenants = true }, default)).Items.Should().BeEmpty();
        (await _host.Store.MeasureAsync(default)).Waiting.Should().Be(0);
    }

    [Fact]
    public async Task What_the_authentication_adds_is_redacted_unless_it_is_to_be_revealed_and_the_signature_is_real()
    {
        await StartAsync();
        var subscription = await _host!.SubscribeAsync(
            Url, s => s with { Authentication = EndpointAuthentication.Headers(KeyValuePair.Create("x-api-key", Secret)) });

        var hidden = (await Operations.PreviewAsync(subscription.Id, Event))!.Request!;
        var shown = (await Operations.PreviewAsync(subscription.Id, Event, revealSecrets: true))!.Request!;

        hidden.Headers.Single(h => h.IsSecret).Should().Match<PreviewHeader>(h => h.Name == "x-api-key" && h.Value == RequestPreview.Redacted);
        shown.Headers.Single(h => h.IsSecret).Value.Should().Be(Secret);
        hidden.Url.Should().Be(Url);
        hidden.BodyIsRedacted.Should().BeFalse();
        Verify(hidden, hidden.Body, subscription.Secrets).Should().BeTrue();
        $"{shown} {string.Join(' ', shown.Headers)}".Should().NotContain(Secret);
    }

    [Fact]
    public async Task What_a_delegate_changes_in_url_and_body_is_redacted_too()
    {
        await StartAsync();
        var subscription = await _host!.SubscribeAsync(Url, s => s with
        {
            Authentication = EndpointAuthentication.Delegate((request, _) =>
            {
                request.RequestUri = new Uri($"http://127.0.0.1:9/hook?key={Secret}");
                request.Content = new StringContent(Secret);
                return default;
            }),
        });

        var hidden = (await Operations.PreviewAsync(subscription.Id, Event))!.Request!;
        var shown = (await Operations.PreviewAsync(subscription.Id, Event, revealSecrets: true))!.Request!;

        Text(hidden).Should().NotContain(Secret);
        hidden.Url.Should().Be("http://127.0.0.1:9/[redacted]");
        hidden.Body.IsEmpty.Should().BeTrue();
        hidden.BodyIsRedacted.Should().BeTrue();
        shown.Url.Should().Be($"http://127.0.0.1:9/hook?key={Secret}");
        Encoding.UTF8.GetString(shown.Body.Span).Should().Be(Secret);
        shown.BodyIsRedacted.Should().BeFalse();
    }

    [Fact]
    public async Task Secrets_of_the_tenant_in_the_body_are_redacted_and_the_signature_is_over_the_real_one()
    {
        await StartAsync(b => b.UseTenantValues(_ => new TestTenantValues { Answer = (_, _) => new(TenantValues.Of("api_key", Secret)) }));
        var subscription = await _host!.SubscribeAsync(Url, s => s with { Envelope = ProductBodies.AlphaTouch });
        var request = PublishRequest.Json("thing.happened", """{"action":"update","entity":"resident","entity_id":17,"data":{}}"""u8.ToArray());

        var hidden = (await Operations.PreviewAsync(subscription.Id, request))!.Request!;
        var shown = (await Operations.PreviewAsync(subscription.Id, request, revealSecrets: true))!.Request!;

        Text(hidden).Should().NotContain(Secret).And.Contain("\"api_key\":\"[redacted]\",\"action\":\"update\"");
        hidden.BodyIsRedacted.Should().BeTrue();
        Text(shown).Should().Contain($"\"api_key\":\"{Secret}\"");
        Verify(shown, shown.Body, subscription.Secrets).Should().BeTrue();
    }

    [Fact]
    public async Task A_body_that_cannot_be_made_without_the_secret_is_left_out()
    {
        await StartAsync(b => b.UseTenantValues(_ => new TestTenantValues { Answer = (_, _) => new(TenantValues.Of("number", "17")) }));
        var picky = Envelope.Custom(
            "picky", (writer, context) => writer.WriteNumberValue(int.Parse(context.TenantValue("number"), CultureInfo.InvariantCulture)), EnvelopeInputs.TenantValues);
        var subscription = await _host!.SubscribeAsync(Url, s => s with { Envelope = picky });

        var hidden = (await Operations.PreviewAsync(subscription.Id, Event))!.Request!;

        (hidden.Body.IsEmpty, hidden.BodyIsRedacted).Should().Be((true, true));
    }

    [Fact]
    public async Task A_request_that_cannot_be_made_says_why_without_what_the_hosts_code_said()
    {
        await StartAsync();
        var failing = Envelope.Custom("failing", (_, _) => throw new InvalidOperationException(Secret));
        var noBody = await _host!.SubscribeAsync(Url, s => s with { Envelope = failing });
        var noProof = await _host.SubscribeAsync(
            Url, s => s with { Authentication = EndpointAuthentication.Delegate((_, _) => throw new InvalidOperationException(Secret)) });

        foreach (var (subscription, why) in new[] { (noBody, "'failing'"), (noProof, "InvalidOperationException") })
        {
            var result = (await Operations.PreviewAsync(subscription.Id, Event))!;
            result.Request.Should().BeNull();
            result.Problem.Should().Contain(why).And.NotContain(Secret);
        }
    }

    [Fact]
    public async Task A_request_that_the_egress_policy_would_not_let_out_is_shown_with_the_reason()
    {
        await StartAsync();
        var subscription = await _host!.SubscribeAsync(Url);
        _host.Services.GetRequiredService<EgressOptions>().AllowHttpToLoopback = false;

        var result = (await Operations.PreviewAsync(subscription.Id, Event))!;

        result.Problem.Should().Contain("Plain HTTP");
        result.Request.Should().NotBeNull();
    }

    [Fact]
    public async Task A_destination_is_checked_and_shown_like_a_subscription()
    {
        await StartAsync();
        var message = await _host!.PublishAsync();
        var destination = new WebhookDestination { Url = Url, Secrets = WebhookSecrets.Of(WebhookSecret.Generate()) };

        var published = (await Operations.PreviewAsync(destination, message))!.Request!;
        var dry = (await Operations.PreviewAsync(destination, Event)).Request!;

        Verify(published, published.Body, destination.Secrets).Should().BeTrue();
        published.Headers.Single(h => h.Name == "webhook-id").Value.Should().Be(message);
        dry.Body.ToArray().Should().Equal(published.Body.ToArray());
        (await Operations.PreviewAsync(destination, "msg_unknown")).Should().BeNull();
        (await RefusedAsync(() => Operations.PreviewAsync(destination with { Url = "/hook" }, Event))).Field.Should().Be("Destination.Url");
    }

    [Fact]
    public async Task What_is_faulty_is_refused_like_a_publish()
    {
        await StartAsync();
        var subscription = await _host!.SubscribeAsync(Url, s => s with { Tenant = "acme" });
        var foreign = await _host.PublishAsync();

        (await RefusedAsync(() => Operations.PreviewAsync(subscription.Id, PublishRequest.Json("unknown.happened", "{}"u8.ToArray()))))
            .Code.Should().Be(WebhookErrorCode.UnknownEventType);
        (await RefusedAsync(() => Operations.PreviewAsync(subscription.Id, Event))).Code.Should().Be(WebhookErrorCode.Contradiction);
        (await Operations.PreviewAsync(subscription.Id, foreign)).Should().BeNull("the message is of another tenant");
        (await Operations.PreviewAsync(new SubscriptionId(Guid.NewGuid()), Event)).Should().BeNull();
        (await Operations.PreviewAsync(subscription.Id, "msg_unknown")).Should().BeNull();
    }

    private static async Task<WebhookError> RefusedAsync(Func<Task> preview) =>
        (await preview.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Should().ContainSingle().Subject;

    /// <summary>The request as HTTP/1.1 puts it on the wire.</summary>
    private static string Text(RequestPreview request) =>
        $"{request.Method} {request.Url[request.Url.IndexOf('/', "http://".Length)..]} HTTP/1.1\r\n"
        + string.Concat(request.Headers.Select(h => $"{h.Name}: {h.Value}\r\n")) + "\r\n" + Encoding.UTF8.GetString(request.Body.Span);

    private bool Verify(RequestPreview request, ReadOnlyMemory<byte> body, WebhookSecrets secrets) =>
        new WebhookVerifier(SignatureSchemes.StandardWebhooks, new WebhookVerifierOptions { TimeProvider = _clock })
            .Verify(body.Span, WebhookHeaders.From(request.Headers.Select(h => KeyValuePair.Create(h.Name, h.Value))), secrets).IsValid;

    private async Task StartAsync(Action<WebhooksBuilder>? build = null) =>
        _host = await SenderHost.StartAsync(configure: null, _clock, store: null, build: build);
}
