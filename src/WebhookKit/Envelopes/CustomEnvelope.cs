using System.Text.Json;

namespace WebhookKit.Envelopes;

/// <summary>An envelope that the host writes.</summary>
internal sealed class CustomEnvelope(string name, Action<Utf8JsonWriter, EnvelopeContext> write) : Envelope(name)
{
    protected override ReadOnlyMemory<byte> RenderCore(WebhookMessage message, string? displayName)
    {
        var body = new JsonBody(message.Data.Length);
        using var writer = body.OpenWriter();
        write(writer, new EnvelopeContext(message, displayName, writer));
        // The writer itself refuses what is malformed; what it cannot know is that no more will come.
        if (writer.CurrentDepth > 0)
            throw new EnvelopeException(Name, $"{writer.CurrentDepth} objects or arrays were left open.");
        if (writer.BytesCommitted + writer.BytesPending == 0)
            throw new EnvelopeException(Name, "nothing was written.");
        return body.Complete(writer);
    }
}
