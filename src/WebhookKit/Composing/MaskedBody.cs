namespace WebhookKit.Composing;

/// <summary>A body as it may be shown: made with other values in place of the tenant's secrets.</summary>
/// <param name="Body">Empty if it could not be made with other values.</param>
internal sealed record MaskedBody(ReadOnlyMemory<byte> Body);
