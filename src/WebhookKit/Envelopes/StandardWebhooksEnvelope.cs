using System.Text.Json;

namespace WebhookKit.Envelopes;

/// <summary>Type, time and data in one object, as the Standard Webhooks specification recommends.</summary>
internal sealed class StandardWebhooksEnvelope() : Envelope("standard-webhooks")
{
    private static readonly JsonEncodedText Type = JsonEncodedText.Encode("type");
    private static readonly JsonEncodedText Timestamp = JsonEncodedText.Encode("timestamp");
    private static readonly JsonEncodedText Data = JsonEncodedText.Encode("data");

    internal override string? Identity() => Name;

    protected override ReadOnlyMemory<byte> RenderCore(WebhookMessage message, string? displayName)
    {
        var body = new JsonBody(message.Data.Length);
        using var writer = body.OpenWriter();
        writer.WriteStartObject();
        writer.WriteString(Type, message.EventType);
        writer.WriteString(Timestamp, message.Timestamp.UtcDateTime);
        writer.WritePropertyName(Data);
        // The data was checked to be JSON when it was published.
        writer.WriteRawValue(message.Data.Span, skipInputValidation: true);
        writer.WriteEndObject();
        return body.Complete(writer);
    }
}
