namespace WebhookKit.Messages;

/// <summary>The rule for tenants: null is the host's own tenant, every other is a text of the host's that is compared exactly.</summary>
internal static class TenantName
{
    private const int MaxLength = 256;

    /// <param name="field">The field the tenant was given in.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="options">Whether null is refused.</param>
    public static WebhookError? Check(string field, string? tenant, TenantOptions options) => tenant switch
    {
        null when options.RequireTenant =>
            new(WebhookErrorCode.Required, field, "No tenant is given.", "Give one, or set Webhooks:Tenants:RequireTenant to false."),
        null => null,
        "" => new(WebhookErrorCode.Required, field, "The tenant is empty.", "Use null for the host's own tenant."),
        _ => PlainText.Check(field, "The tenant", tenant, MaxLength),
    };
}
