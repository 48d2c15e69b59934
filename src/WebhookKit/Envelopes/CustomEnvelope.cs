using System.Text.Json;

namespace WebhookKit.Envelopes;

/// <summary>An envelope that the host writes.</summary>
internal sealed class CustomEnvelope(string name, Action<Utf8JsonWriter, EnvelopeContext> write, EnvelopeInputs uses) : Envelope(name, uses: uses)
{
    protected override Rendering RenderCore(EnvelopeContext context) => new(context.WriteJson(write));
}
