namespace WebhookKit;

/// <summary>What an envelope uses beside the message. A rendering is shared by all deliveries whose message, envelope and declared inputs are equal.</summary>
[Flags]
public enum EnvelopeInputs
{
    /// <summary>The message alone.</summary>
    None = 0,

    /// <summary>The values of the message's tenant, which the host gives with <c>UseTenantValues</c>: for example an API key that stands in the body.</summary>
    TenantValues = 1,

    /// <summary>The metadata of the subscription that is delivered to.</summary>
    Metadata = 2,
}
