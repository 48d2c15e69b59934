namespace WebhookKit.Envelopes;

/// <summary>The data as it is stored; nothing is copied.</summary>
internal sealed class BareEnvelope() : Envelope("bare")
{
    internal override string? Identity() => Name;

    protected override Rendering RenderCore(EnvelopeContext context) => new(context.Data);
}
