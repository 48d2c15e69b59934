using System.Runtime.InteropServices;
using System.Text.Json;

namespace WebhookKit.Tests.Envelopes;

public sealed class EnvelopeTests
{
    [Fact]
    public void Bare_is_the_data_itself_without_a_copy()
    {
        var message = TestMessages.Create();

        var body = Envelope.Bare.Render(message);

        MemoryMarshal.TryGetArray(body.Body, out var rendered).Should().BeTrue();
        MemoryMarshal.TryGetArray(message.Data, out var data).Should().BeTrue();
        rendered.Array.Should().BeSameAs(data.Array);
        Envelope.Bare.ContentType.Should().Be("application/json");
    }

    [Fact]
    public void Standard_Webhooks_wraps_type_utc_time_and_the_data_as_it_is()
    {
        var message = TestMessages.Create(data: """{ "n" : 1.50, "name":"é" }""");

        Envelope.StandardWebhooks.Render(message).Text().Should().Be(
            """{"type":"inspection.completed","timestamp":"2026-11-03T20:26:10.344Z","data":{ "n" : 1.50, "name":"é" }}""");
    }

    [Fact]
    public void A_custom_envelope_sees_all_that_the_message_has()
    {
        var message = TestMessages.Create(data: "{\"resourceId\":12301}", eventType: "report.created", tenant: "acme");
        var envelope = Envelope.Custom("sight", (writer, context) =>
        {
            writer.WriteStartObject();
            writer.WriteString("messageId", context.MessageId);
            writer.WriteString("eventCode", context.EventType);
            writer.WriteString("eventName", context.EventDisplayName);
            writer.WriteString("tenant", context.Tenant);
            writer.WriteNumber("time", context.Timestamp.ToUnixTimeSeconds());
            writer.WriteNumber("size", context.Data.Length);
            context.WriteData("payload");
            writer.WriteEndObject();
        });

        envelope.Render(message, "An Inspection report is uploaded").Text().Should().Be(
            $$$"""{"messageId":"{{{message.PublicId}}}","eventCode":"report.created","eventName":"An Inspection report is uploaded","tenant":"acme","time":1793737570,"size":20,"payload":{"resourceId":12301}}""");
    }

    [Theory]
    [InlineData("""{"action":"update","entity_id":[17,18],"data":{"a":1.0}}""", """{"api_key":"KEY","action":"update","entity_id":[17,18],"data":{"a":1.0}}""")]
    [InlineData("""{"action":"delete","entity":"r\u00e9sident"}""", """{"api_key":"KEY","action":"delete","entity":"r\u00e9sident"}""")]
    [InlineData("{}", """{"api_key":"KEY"}""")]
    public void Data_members_can_be_put_beside_an_installations_own_key(string data, string expected)
    {
        var envelope = Envelope.Custom("alpha", (writer, context) =>
        {
            writer.WriteStartObject();
            writer.WriteString("api_key", "KEY");
            context.WriteDataMembers();
            writer.WriteEndObject();
        });

        envelope.Render(TestMessages.Create(data)).Text().Should().Be(expected);
    }

    public static TheoryData<string, Action<Utf8JsonWriter, EnvelopeContext>> Broken => new()
    {
        { "left open", (writer, _) => writer.WriteStartObject() },
        { "nothing was written", (_, _) => { } },
        { "InvalidOperationException", (writer, _) => { writer.WriteStartObject(); writer.WriteStringValue("no name"); } },
        { "InvalidOperationException", (writer, _) => { writer.WriteNumberValue(1); writer.WriteNumberValue(2); } },
        { "TimeZoneNotFoundException", (_, _) => throw new TimeZoneNotFoundException("the host's secret") },
        { "only an object has members", (writer, context) => { writer.WriteStartObject(); context.WriteDataMembers(); } },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void An_envelope_that_writes_no_json_is_named(string problem, Action<Utf8JsonWriter, EnvelopeContext> write)
    {
        var envelope = Envelope.Custom("broken-one", write);

        var thrown = envelope.Invoking(e => e.Render(TestMessages.Create(data: "[1]"))).Should().Throw<EnvelopeException>().Which;

        thrown.EnvelopeName.Should().Be("broken-one");
        thrown.Message.Should().Contain("broken-one").And.Contain(problem).And.NotContain("secret");
    }

    [Fact]
    public void What_an_envelope_is_made_with_is_checked_and_every_fault_is_told()
    {
        var create = () => new Headed(" ", "application/json\r\nx-evil: 1", (EnvelopeInputs)8, "x y", "webhook-id", "x-a", "X-A", "Authorization");

        create.Should().Throw<WebhookValidationException>().Which.Errors.Select(e => e.Field).Should().Equal(
            "Envelope.Name", "Envelope.ContentType", "Envelope.Uses", "Envelope.HeaderNames[0]", "Envelope.HeaderNames[webhook-id]",
            "Envelope.HeaderNames[X-A]", "Envelope.HeaderNames[Authorization]");
    }

    [Fact]
    public void An_envelope_of_the_hosts_own_class_makes_body_and_headers()
    {
        var envelope = new Headed("own", "text/plain", EnvelopeInputs.None, "x-kind") { Headers = [new("X-Kind", "a b")] };

        var rendering = envelope.Render(TestMessages.Create());

        rendering.Text().Should().Be("\"inspection.completed\"");
        rendering.Headers.Should().ContainSingle().Which.Should().Be(new KeyValuePair<string, string>("X-Kind", "a b"));
    }

    [Theory]
    [InlineData("x-other", "a", "did not declare")]
    [InlineData("x-kind", "a\r\nx-evil: 1", "cannot be sent")]
    [InlineData("x-kind", "é", "cannot be sent")]
    [InlineData("x-kind", null, "cannot be sent")]
    public void A_header_that_an_envelope_cannot_set_is_named_before_anything_is_sent(string name, string? value, string problem)
    {
        var envelope = new Headed("own", "text/plain", EnvelopeInputs.None, "x-kind") { Headers = [new(name, value!)] };

        envelope.Invoking(e => e.Render(TestMessages.Create())).Should().Throw<EnvelopeException>().WithMessage($"*'own'*{problem}*");
    }

    private sealed class Headed(string name, string contentType, EnvelopeInputs uses, params string[] headerNames)
        : Envelope(name, contentType, uses, headerNames)
    {
        public KeyValuePair<string, string>[] Headers { get; init; } = [];

        protected override Rendering RenderCore(EnvelopeContext context) =>
            new(context.WriteJson((writer, c) => writer.WriteStringValue(c.EventType)), Headers);
    }
}
