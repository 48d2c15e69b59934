using System.Text.Json;

namespace WebhookKit.Tests.Envelopes;

public sealed class EnvelopeContextTests
{
    [Theory]
    [InlineData("""{"a":1,"b":null}""", """{"data":{"a":1,"b":null}}""")]
    [InlineData("null", "{}")]
    [InlineData(" \r\n\tnull ", "{}")]
    [InlineData("\"null\"", """{"data":"null"}""")]
    [InlineData("[null]", """{"data":[null]}""")]
    [InlineData("0", """{"data":0}""")]
    public void Data_that_is_null_can_be_absent(string data, string expected)
    {
        Object(c => c.WriteData("data", omitNull: true)).Render(TestMessages.Create(data)).Text().Should().Be(expected);
        Object(c => c.WriteData("data")).Render(TestMessages.Create("null")).Text().Should().Be("""{"data":null}""");
    }

    [Theory]
    [InlineData("""{"a":null,"b":{"c":null},"d":[null],"e":"null"}""", """{"b":{"c":null},"d":[null],"e":"null"}""")]
    [InlineData("""{"a":null}""", "{}")]
    public void Members_of_the_data_that_are_null_can_be_absent(string data, string expected)
    {
        Object(c => c.WriteDataMembers(omitNulls: true)).Render(TestMessages.Create(data)).Text().Should().Be(expected);
        Object(c => c.WriteDataMembers()).Render(TestMessages.Create(data)).Text().Should().Be(data);
    }

    [Fact]
    public void A_text_that_is_null_is_absent_and_an_empty_one_is_not() =>
        Object(c =>
        {
            c.WriteString("a", null);
            c.WriteString("b", "");
            c.WriteString("c", c.EventDisplayName);
        }).Render(TestMessages.Create()).Text().Should().Be("""{"b":""}""");

    [Fact]
    public void Metadata_comes_back_in_its_order_and_is_absent_where_there_is_none()
    {
        var envelope = Object(c => c.WriteMetadata("metadata"), EnvelopeInputs.Metadata);
        var metadata = new Dictionary<string, string> { ["z"] = "é\"", ["a"] = "" };

        envelope.Render(new RenderingInput { Message = TestMessages.Create(), Metadata = metadata }).Text().Should().Be("""{"metadata":{"z":"é\"","a":""}}""");
        envelope.Render(TestMessages.Create()).Text().Should().Be("{}");
    }

    [Fact]
    public void A_tenant_value_that_is_missing_is_named_and_never_empty()
    {
        var envelope = Object(c => c.WriteString("api_key", c.TenantValue("api_key")), EnvelopeInputs.TenantValues);

        envelope.Render(new RenderingInput { Message = TestMessages.Create(), TenantValues = TenantValues.Of("api_key", "K") })
            .Text().Should().Be("""{"api_key":"K"}""");
        envelope.Invoking(e => e.Render(new RenderingInput { Message = TestMessages.Create(), TenantValues = TenantValues.Of("other", "K") }))
            .Should().Throw<EnvelopeException>().WithMessage("*'api_key'*ITenantValueSource*");
    }

    [Fact]
    public void An_input_that_is_not_declared_cannot_be_read_even_if_it_is_there()
    {
        var input = new RenderingInput
        {
            Message = TestMessages.Create(),
            TenantValues = TenantValues.Of("api_key", "K"),
            Metadata = new Dictionary<string, string> { ["a"] = "b" },
        };
        Action<EnvelopeContext>[] reads =
        [
            c => c.TenantValue("api_key"), c => c.TenantValues.TryGet("api_key", out _), c => c.Metadata.ContainsKey("a"), c => c.WriteMetadata("m"),
        ];

        foreach (var (read, other) in reads.Zip([EnvelopeInputs.Metadata, EnvelopeInputs.Metadata, EnvelopeInputs.TenantValues, EnvelopeInputs.TenantValues]))
        {
            foreach (var declared in new[] { EnvelopeInputs.None, other })
                Object(read, declared).Invoking(e => e.Render(input)).Should().Throw<EnvelopeException>().WithMessage("*did not declare*");
            Object(read, EnvelopeInputs.TenantValues | EnvelopeInputs.Metadata).Invoking(e => e.Render(input)).Should().NotThrow();
        }
    }

    [Fact]
    public void Writing_where_no_JSON_is_being_written_is_an_error()
    {
        EnvelopeContext? kept = null;
        Object(c => kept = c).Render(TestMessages.Create());

        kept.Invoking(c => c!.WriteString("a", "b")).Should().Throw<EnvelopeException>();
        Object(c => c.WriteJson((_, _) => { })).Invoking(e => e.Render(TestMessages.Create()))
            .Should().Throw<EnvelopeException>().WithMessage("*inside WriteJson*");
    }

    [Fact]
    public void Data_as_deep_as_is_accepted_fits_into_every_envelope_and_our_own_receiver_reads_it()
    {
        var data = string.Concat(Enumerable.Repeat("[", 63)) + "{}" + string.Concat(Enumerable.Repeat("]", 63));
        var wrapped = """{"a":""" + data[1..^1] + "}";
        Envelope[] envelopes =
        [
            Envelope.Bare, Envelope.StandardWebhooks, Envelope.CloudEvents("/x"), Envelope.CloudEvents("/x", CloudEventsMode.Binary),
            Object(c => c.WriteData("data")), Object(c => c.WriteDataMembers()),
        ];

        foreach (var envelope in envelopes)
        {
            var text = envelope.Render(TestMessages.Create(wrapped)).Text();
            text.Should().Contain(data[1..^1]);
            using var _ = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 65 });
        }

        var webhook = Receive(Envelope.StandardWebhooks.Render(TestMessages.Create(data)).Body.Span);
        webhook.Type.Should().Be("inspection.completed");
        webhook.GetData<JsonElement>().GetRawText().Should().Be(data);
    }

    private static WebhookEvent Receive(ReadOnlySpan<byte> body)
    {
        var secrets = WebhookSecrets.Of(WebhookSecret.Generate());
        var now = DateTimeOffset.FromUnixTimeSeconds(1_793_737_570);
        List<KeyValuePair<string, string>> headers = [];
        var input = new SigningInput { MessageId = "msg_1", Timestamp = now, Body = body, Url = new Uri("https://example.com") };
        SignatureSchemes.StandardWebhooks.Sign(in input, secrets, headers);
        var verifier = new WebhookVerifier(SignatureSchemes.StandardWebhooks, new WebhookVerifierOptions { TimeProvider = new Signing.FixedClock(now) });
        return verifier.ConstructEvent(body, WebhookHeaders.From(headers), secrets);
    }

    private static Envelope Object(Action<EnvelopeContext> write, EnvelopeInputs uses = EnvelopeInputs.None) => Envelope.Custom("test", (writer, context) =>
    {
        writer.WriteStartObject();
        write(context);
        writer.WriteEndObject();
    }, uses);
}
