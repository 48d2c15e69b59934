using System.Text.Json;
using System.Text.Json.Serialization;
using WebhookKit.Tests.Signing;
using static WebhookKit.Tests.Signing.SigningTestData;

namespace WebhookKit.Tests.Receiving;

public sealed partial class ConstructEventTests
{
    private static readonly SignatureScheme Standard = SignatureSchemes.StandardWebhooks;
    private static readonly SignatureScheme Plain = SignatureSchemes.Hmac("autoinspector-signature");

    [Fact]
    public void The_standard_envelope_is_read()
    {
        var webhook = Construct(new WebhookSource(Standard),
            """{"type":"inspection.completed","timestamp":"2026-11-03T20:26:10.344522Z","data":{"id":7,"state":"ok"}}""");
        webhook.Type.Should().Be("inspection.completed");
        webhook.Timestamp.Should().Be(new DateTimeOffset(2026, 11, 3, 20, 26, 10, TimeSpan.Zero).AddTicks(3_445_220));
        webhook.Id.Should().Be(MessageId);
        webhook.IdIsSigned.Should().BeTrue();
        webhook.GetData(Json.Default.Inspection).Should().Be(new Inspection(7, "ok"));
        webhook.GetData<Inspection>().Should().Be(new Inspection(7, "ok"));
    }

    [Fact]
    public void Members_with_other_names_are_read_where_the_source_says()
    {
        var source = new WebhookSource(Plain)
        {
            Type = WebhookField.Member("event"),
            Data = WebhookField.Member("payload"),
            Id = WebhookField.Member("meta", "id"),
            Timestamp = WebhookField.Member("meta", "at"),
        };
        var webhook = Construct(source, """{"event":"inspection_finished","payload":{"id":1,"state":"x"},"meta":{"id":"wh-1","at":1614265331}}""");
        webhook.Type.Should().Be("inspection_finished");
        webhook.Id.Should().Be("wh-1");
        webhook.IdIsSigned.Should().BeTrue("the body is signed");
        webhook.Timestamp.Should().Be(Now.AddSeconds(1));
        webhook.GetData(Json.Default.Inspection)!.Id.Should().Be(1);
    }

    [Fact]
    public void A_bare_body_is_the_data_and_headers_hold_the_rest()
    {
        var source = new WebhookSource(Plain) { Type = WebhookField.Header("X-Event"), Id = WebhookField.Header("x-delivery"), Data = WebhookField.WholeBody };
        var webhook = Construct(source, """{"id":3,"state":"bare"}""", new("x-event", "push"), new("X-Delivery", "d-1"));
        (webhook.Type, webhook.Id, webhook.IdIsSigned, webhook.Timestamp).Should().Be(("push", "d-1", false, null));
        webhook.GetData(Json.Default.Inspection)!.State.Should().Be("bare");
    }

    [Fact]
    public void A_repeated_header_is_read_as_none()
    {
        var source = new WebhookSource(Plain) { Type = WebhookField.Header("X-Event") };
        Construct(source, "{}", new("X-Event", "push"), new("x-event", "ping")).Type.Should().BeNull();
    }

    [Fact]
    public void An_id_that_the_scheme_does_not_sign_says_so()
    {
        var webhook = Construct(new WebhookSource(Plain), """{"type":"a"}""", new KeyValuePair<string, string>("webhook-id", "msg_9"));
        (webhook.Id, webhook.IdIsSigned).Should().Be(("msg_9", false));
        var none = Construct(new WebhookSource(Plain), """{"type":"a"}""");
        (none.Id, none.IdIsSigned).Should().Be((null, false));
        var named = Construct(new WebhookSource(Standard) { Id = WebhookField.Header("Webhook-Id") }, "{}");
        (named.Id, named.IdIsSigned).Should().Be((MessageId, true));
        var absent = Construct(new WebhookSource(Plain) { Id = WebhookField.Member("id") }, "{}");
        (absent.Id, absent.IdIsSigned).Should().Be((null, false));
    }

    [Fact]
    public void One_header_makes_an_event_too()
    {
        var body = Utf8("""{"type":"a.b","data":{"id":5,"state":"s"}}""");
        var signature = Sign(Plain, WebhookSecrets.Of(Secret), body).Single().Value;
        var webhook = Verifier(Plain).ConstructEvent(body, signature, Secret);
        webhook.Type.Should().Be("a.b");
        webhook.GetData(Json.Default.Inspection)!.Id.Should().Be(5);
    }

    [Fact]
    public void The_body_is_a_copy_of_the_exact_bytes()
    {
        byte[] body = [0xEF, 0xBB, 0xBF, 0xFF, 0x00, (byte)'{'];
        var headers = WebhookHeaders.From(Sign(Standard, WebhookSecrets.Of(Secret), body));
        var webhook = Verifier(Standard).ConstructEvent(body, headers, WebhookSecrets.Of(Secret));
        body[0] = 0;
        webhook.Body.ToArray().Should().Equal(0xEF, 0xBB, 0xBF, 0xFF, 0x00, (byte)'{');
        webhook.Type.Should().BeNull();
        webhook.Timestamp.Should().Be(Now, "the scheme signs the time");
    }

    [Theory]
    [InlineData("")]
    [InlineData("payload=%7B%7D")]
    [InlineData("{\"type\":\"a\"")]
    [InlineData("{\"type\":\"a\",}")]
    [InlineData("{\"type\":\"a\"} x")]
    [InlineData("[1]")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("{\"type\":{}}")]
    [InlineData("{\"type\":\"\\ud800\",\"\\ud800\":1}")]
    [InlineData("{\"\\ud800\":1,\"typ\\u0065\":null}")]
    public void A_genuine_body_without_type_and_data_is_an_event_all_the_same(string body)
    {
        var webhook = Construct(new WebhookSource(Standard), body);
        webhook.Type.Should().BeNull();
        webhook.Id.Should().Be(MessageId);
        webhook.Timestamp.Should().Be(Now);
        var read = () => webhook.GetData(Json.Default.Inspection);
        read.Should().Throw<WebhookDataException>();
    }

    [Fact]
    public void A_body_nested_too_deeply_or_in_broken_UTF_8_is_an_event_without_type()
    {
        Construct(new WebhookSource(Standard), new string('[', 100_000)).Type.Should().BeNull();
        Construct(new WebhookSource(Standard), "{\"a\":" + new string('[', 200) + new string(']', 200) + ",\"type\":\"x\"}").Type.Should().BeNull();
        var body = "{\"type\":\"?\",\"data\":\"?\"}"u8.ToArray();
        body.AsSpan().Replace((byte)'?', (byte)0xFF);
        var webhook = Verifier(Standard).ConstructEvent(body, WebhookHeaders.From(Sign(Standard, WebhookSecrets.Of(Secret), body)), WebhookSecrets.Of(Secret));
        webhook.Type.Should().BeNull();
        var read = () => webhook.GetData(Json.Default.String);
        read.Should().Throw<WebhookDataException>();
    }

    [Theory]
    [InlineData("""{"data":{"id":"seven","state":"x"}}""")]
    [InlineData("""{"data":[]}""")]
    public void Data_that_does_not_fit_is_a_typed_error(string body)
    {
        var webhook = Construct(new WebhookSource(Standard), body);
        var generated = () => webhook.GetData(Json.Default.Inspection);
        var reflected = () => webhook.GetData<Inspection>();
        generated.Should().Throw<WebhookDataException>().WithInnerException<JsonException>();
        reflected.Should().Throw<WebhookDataException>().WithInnerException<JsonException>().Which.Message.Should().NotContain("seven");
    }

    [Theory]
    [InlineData("\"2026-11-03T20:26:10\"", "2026-11-03T20:26:10Z")]
    [InlineData("\"2026-11-03T20:26:10+01:00\"", "2026-11-03T19:26:10Z")]
    [InlineData("1793737570", "2026-11-03T20:26:10Z")]
    [InlineData("\"1793737570\"", "2026-11-03T20:26:10Z")]
    [InlineData("99999999999999", "2021-02-25T15:02:10Z")]
    [InlineData("1e400", "2021-02-25T15:02:10Z")]
    [InlineData("\"yesterday\"", "2021-02-25T15:02:10Z")]
    [InlineData("true", "2021-02-25T15:02:10Z")]
    public void Times_are_read_in_ISO_8601_and_Unix_seconds_and_else_are_those_of_the_signature(string json, string expected) =>
        Construct(new WebhookSource(Standard), $$"""{"timestamp":{{json}}}""").Timestamp.Should().Be(DateTimeOffset.Parse(expected, null));

    [Fact]
    public void Null_is_data()
    {
        Construct(new WebhookSource(Standard), """{"data":null}""").GetData(Json.Default.Inspection).Should().BeNull();
    }

    [Fact]
    public void A_field_in_a_place_that_cannot_hold_it_is_refused_when_configured()
    {
        new Action[]
        {
            () => _ = new WebhookSource(Plain) { Data = WebhookField.Header("X") },
            () => _ = new WebhookSource(Plain) { Type = WebhookField.WholeBody },
            () => _ = new WebhookSource(Plain) { Id = WebhookField.WholeBody },
            () => _ = new WebhookSource(Plain) { Timestamp = WebhookField.WholeBody },
        }.Should().AllSatisfy(a => a.Should().Throw<WebhookValidationException>());
        var none = () => WebhookField.Member();
        none.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Bodies_of_random_JSON_like_bytes_never_throw()
    {
        var random = new Random(7);
        string[] pieces =
            ["{", "}", "[", "]", "\"type\"", "\"data\"", "\"timestamp\"", ":", ",", "\"", "\\ud800", "\\u0000", "1e999", "-", "null", "\u00e9", "\ufeff"];
        for (var i = 0; i < 20_000; i++)
        {
            var body = Utf8(string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)])));
            if (body.Length > 0 && random.Next(4) == 0)
                body[random.Next(body.Length)] = (byte)random.Next(256);
            if (random.Next(2) == 0)
                body = [.. "{\"type\":"u8, .. body, .. ",\"data\":1}"u8];
            var webhook = Verifier(Plain).ConstructEvent(body, Sign(Plain, WebhookSecrets.Of(Secret), body).Single().Value, Secret);
            webhook.Body.Span.SequenceEqual(body).Should().BeTrue();
        }
    }

    private static WebhookEvent Construct(WebhookSource source, string body, params KeyValuePair<string, string>[] more)
    {
        var bytes = Utf8(body);
        var verifier = new WebhookVerifier(source, new WebhookVerifierOptions { TimeProvider = new FixedClock(Now) });
        return verifier.ConstructEvent(
            bytes, WebhookHeaders.From([.. Sign(source.Scheme, WebhookSecrets.Of(Secret), bytes), .. more]), WebhookSecrets.Of(Secret));
    }

    internal sealed record Inspection(int Id, string State);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Inspection))]
    [JsonSerializable(typeof(string))]
    private sealed partial class Json : JsonSerializerContext;
}
