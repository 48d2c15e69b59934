namespace WebhookKit;

/// <summary>Settings of tenants, section <c>Webhooks:Tenants</c>.</summary>
public sealed class TenantOptions
{
    /// <summary>Whether every event and every subscription must name its tenant: null, the host's own tenant, is then refused.</summary>
    /// <value>False by default.</value>
    public bool RequireTenant { get; set; }
}
