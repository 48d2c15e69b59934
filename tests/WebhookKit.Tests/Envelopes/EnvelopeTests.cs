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

        MemoryMarshal.TryGetArray(body, out var rendered).Should().BeTrue();
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
        { "WebhookException", (writer, context) => { writer.WriteStartObject(); context.WriteDataMembers(); } },
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
    public void An_envelope_needs_a_name_and_a_media_type_and_both_faults_are_told()
    {
        var create = () => new Malformed();

        create.Should().Throw<WebhookValidationException>().Which.Errors.Select(e => e.Field).Should().Equal("Envelope.Name", "Envelope.ContentType");
    }

    private sealed class Malformed() : Envelope(" ", "application/json\r\nx-evil: 1")
    {
        protected override ReadOnlyMemory<byte> RenderCore(WebhookMessage message, string? displayName) => message.Data;
    }
}
