using System.Collections.ObjectModel;

namespace WebhookKit;

/// <summary>Everything that a body can be made from.</summary>
public sealed record RenderingInput
{
    /// <summary>The message.</summary>
    public required WebhookMessage Message { get; init; }

    /// <summary>The display name of its event type, where the event catalogue has one.</summary>
    public string? EventDisplayName { get; init; }

    /// <summary>The values of the message's tenant; seen only by an envelope that declares <see cref="EnvelopeInputs.TenantValues"/>.</summary>
    /// <value>None by default.</value>
    public TenantValues TenantValues { get; init; } = TenantValues.None;

    /// <summary>The metadata of the subscription; seen only by an envelope that declares <see cref="EnvelopeInputs.Metadata"/>.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = ReadOnlyDictionary<string, string>.Empty;
}
