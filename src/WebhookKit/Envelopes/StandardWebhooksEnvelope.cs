using System.Text.Json;

namespace WebhookKit.Envelopes;

/// <summary>Type, time and data in one object, as the Standard Webhooks specification recommends.</summary>
internal sealed class StandardWebhooksEnvelope() : Envelope("standard-webhooks")
{
    private static readonly JsonEncodedText Type = JsonEncodedText.Encode("type");
    private static readonly JsonEncodedText Timestamp = JsonEncodedText.Encode("timestamp");

    internal override string? Identity() => Name;

    protected override Rendering RenderCore(EnvelopeContext context) => new(context.WriteJson(Write));

    private static void Write(Utf8JsonWriter writer, EnvelopeContext context)
    {
        writer.WriteStartObject();
        writer.WriteString(Type, context.EventType);
        writer.WriteString(Timestamp, context.Timestamp.UtcDateTime);
        context.WriteData("data");
        writer.WriteEndObject();
    }
}
