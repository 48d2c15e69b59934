namespace WebhookKit;

/// <summary>
/// Gives the secret values of tenants that envelopes write into bodies. The host's to implement; registered with <c>UseTenantValues</c>. It must be safe for
/// concurrent use.
/// </summary>
public interface ITenantValueSource
{
    /// <summary>
    /// Gets the values of a tenant as they are now. Asked before each attempt of a delivery whose envelope declares
    /// <see cref="EnvelopeInputs.TenantValues"/>, and for no other; what is costly to get should be kept by the source.
    /// </summary>
    /// <param name="tenant">The tenant of the message; null is the host's own.</param>
    /// <param name="cancellationToken">Fires after <see cref="EnvelopeOptions.TenantValuesTimeout"/>, and when the delivery is given up for now.</param>
    /// <returns>The values; <see cref="TenantValues.None"/> for a tenant that has none.</returns>
    /// <remarks>Whatever it throws, and an answer that comes too late, is the sender's failure: the delivery is tried again later at no charge.</remarks>
    ValueTask<TenantValues> GetAsync(string? tenant, CancellationToken cancellationToken);
}
