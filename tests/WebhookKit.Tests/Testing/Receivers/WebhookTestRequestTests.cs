using System.Text.Json.Serialization;
using WebhookKit.Testing;

namespace WebhookKit.Tests.Testing.Receivers;

public sealed partial class WebhookTestRequestTests
{
    private static readonly WebhookSecret Secret = WebhookSecret.Generate();
    private static readonly VirtualClock Clock = new();

    public static TheoryData<string> Sources => ["standard", "svix", "plain", "timed", "header", "whole"];

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_request_is_genuine_and_read_as_it_was_made(string kind)
    {
        var source = SourceOf(kind);
        var request = Request(source);

        var webhook = Verifier(source).ConstructEvent(request.Body.Span, request.Headers, WebhookSecrets.Of(Secret));

        webhook.Id.Should().Be(request.Id);
        webhook.Type.Should().Be("order.paid");
        webhook.GetData(PaidContracts.Default.TestPaid).Should().Be(new TestPaid("order.paid", 7));
        if (kind != "whole")
            webhook.Timestamp!.Value.ToUnixTimeSeconds().Should().Be(request.Timestamp.ToUnixTimeSeconds());
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_tampered_body_is_refused(string kind)
    {
        var request = Request(SourceOf(kind)).WithTamperedBody();

        request.Body.Length.Should().Be(Request(SourceOf(kind)).Body.Length + 1);
        RefusalOf(kind, request).Should().Be(VerificationRefusal.SignatureMismatch);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_wrong_secret_is_refused(string kind) =>
        RefusalOf(kind, Request(SourceOf(kind)).WithWrongSecret()).Should().Be(VerificationRefusal.SignatureMismatch);

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_request_without_its_signature_is_refused_for_that_alone(string kind)
    {
        var source = SourceOf(kind);
        var (whole, unsigned) = (Request(source), Request(source).WithoutSignature());

        RefusalOf(kind, unsigned).Should().Be(VerificationRefusal.MissingHeader);
        unsigned.Headers.Count.Should().Be(whole.Headers.Count - 1);
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("svix")]
    [InlineData("timed")]
    public void An_expired_request_is_refused_where_the_scheme_signs_the_time(string kind) =>
        RefusalOf(kind, Request(SourceOf(kind)).WithExpiredTimestamp()).Should().Be(VerificationRefusal.TimestampTooOld);

    [Fact]
    public void Where_the_scheme_signs_no_time_there_is_no_expired_request() =>
        FluentActions.Invoking(() => Request(SourceOf("plain")).WithExpiredTimestamp()).Should().Throw<WebhookException>().WithMessage("*signs no time*");

    [Fact]
    public void Several_secrets_sign_as_in_a_rotation()
    {
        var (old, next) = (WebhookSecret.Generate(), WebhookSecret.Generate());
        var request = new WebhookTestSender(SignatureSchemes.StandardWebhooks, next, old) { Time = Clock }.RequestJson("order.paid", "{}");

        foreach (var known in new[] { old, next })
            Verifier(SourceOf("standard")).Verify(request.Body.Span, request.Headers, WebhookSecrets.Of(known)).IsValid.Should().BeTrue();
    }

    [Fact]
    public void Id_and_time_can_be_chosen()
    {
        var request = Request(SourceOf("standard")) with { Id = "msg_again", Timestamp = Clock.GetUtcNow().AddMinutes(-1) };

        var webhook = Verifier(SourceOf("standard")).ConstructEvent(request.Body.Span, request.Headers, WebhookSecrets.Of(Secret));
        (webhook.Id, webhook.Timestamp).Should().Be(("msg_again", Clock.GetUtcNow().AddMinutes(-1)));
        request.ToString().Should().Be("msg_again (order.paid)");
    }

    [Theory]
    [InlineData("/webhooks")]
    [InlineData("https://receiver.example/webhooks")]
    public async Task It_becomes_a_request_of_an_http_client(string url)
    {
        var request = Request(SourceOf("standard"));

        using var message = request.ToHttpRequestMessage(url);

        message.Method.Should().Be(HttpMethod.Post);
        message.RequestUri!.OriginalString.Should().Be(url);
        message.Content!.Headers.ContentType!.MediaType.Should().Be("application/json");
        var body = await message.Content.ReadAsByteArrayAsync();
        Verifier(SourceOf("standard")).Verify(body, WebhookHeaders.From(message.Headers), WebhookSecrets.Of(Secret)).IsValid.Should().BeTrue();
    }

    [Fact]
    public void A_secret_unfit_for_the_scheme_is_refused()
    {
        FluentActions.Invoking(() => Request(SourceOf("standard")).WithWrongSecret(WebhookSecret.Parse("short"))).Should().Throw<WebhookValidationException>();
        FluentActions.Invoking(() => new WebhookTestSender(SignatureSchemes.StandardWebhooks)).Should().Throw<ArgumentException>();
    }

    private static WebhookTestRequest Request(WebhookSource source) =>
        new WebhookTestSender(source, Secret) { Time = Clock }.Request("order.paid", new TestPaid("order.paid", 7));

    private static VerificationRefusal? RefusalOf(string kind, WebhookTestRequest request) =>
        Verifier(SourceOf(kind)).Verify(request.Body.Span, request.Headers, WebhookSecrets.Of(Secret)).Refusal;

    private static WebhookVerifier Verifier(WebhookSource source) => new(source, new WebhookVerifierOptions { TimeProvider = Clock });

    private static WebhookSource SourceOf(string kind) => kind switch
    {
        "standard" => new WebhookSource(SignatureSchemes.StandardWebhooks),
        "svix" => new WebhookSource(SignatureSchemes.Svix),
        "plain" => new WebhookSource(SignatureSchemes.Hmac("x-signature"))
        {
            Type = WebhookField.Member("meta", "event"), Data = WebhookField.Member("meta", "payload"), Id = WebhookField.Member("id"),
        },
        "timed" => new WebhookSource(SignatureSchemes.Hmac("x-signature", o => (o.TimestampHeader, o.SignedContent) = ("x-time", "{timestamp}.{body}"))),
        "header" => new WebhookSource(SignatureSchemes.Hmac("x-signature"))
        {
            Type = WebhookField.Header("x-event"), Id = WebhookField.Header("x-id"), Timestamp = WebhookField.Header("x-time"),
        },
        _ => new WebhookSource(SignatureSchemes.Hmac("x-signature")) { Data = WebhookField.WholeBody },
    };

    internal sealed record TestPaid(string Type, int Id);

    [JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(TestPaid))]
    internal sealed partial class PaidContracts : JsonSerializerContext;
}
