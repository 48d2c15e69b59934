namespace WebhookKit.Envelopes;

/// <summary>Finds an envelope that uses what nobody gives: every delivery in it would fail.</summary>
internal sealed class InputCheck(bool hasTenantValues)
{
    public WebhookError? Check(string field, Envelope? envelope) =>
        hasTenantValues || envelope is null || !envelope.Uses.HasFlag(EnvelopeInputs.TenantValues)
            ? null
            : new WebhookError(
                WebhookErrorCode.Required, field, $"The envelope '{envelope}' uses tenant values, and nobody gives them.",
                "Call UseTenantValues on what AddWebhooks returns.");
}
