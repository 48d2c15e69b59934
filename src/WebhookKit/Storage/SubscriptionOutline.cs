namespace WebhookKit.Storage;

/// <summary>What a store can say of a subscription without its protector: enough to match and to list it, or why not even that can be read.</summary>
/// <param name="Subscription">The outline. With a <see cref="Subscription.Fault"/> it asks for no events, and its URL is none.</param>
/// <param name="HasTenant">
/// Whether the tenant is known. Without it the subscription belongs to nobody in particular: it must be neither shown to a tenant nor erased with one.
/// </param>
internal readonly record struct SubscriptionOutline(Subscription Subscription, bool HasTenant)
{
    private const string NoUrl = "https://unreadable.invalid/";

    /// <summary>The outline of a row; never fails.</summary>
    public static SubscriptionOutline Of(SubscriptionRow row)
    {
        try
        {
            return new(SettingsFormat.ReadOutline(row.Id, row.Form.Json) with { Version = row.Version }, HasTenant: true);
        }
        catch (WebhookStoreException e)
        {
            return Faulty(row, e);
        }
    }

    /// <summary>
    /// Id, tenant and status have the same place and meaning in every version of the form (see <see cref="FormVersion"/>), so of a newer one they are believed.
    /// In the settings of another subscription, copied into this row, nothing is.
    /// </summary>
    private static SubscriptionOutline Faulty(SubscriptionRow row, WebhookStoreException fault)
    {
        var outline = new Subscription
        {
            Id = row.Id, Url = NoUrl, Events = [], Status = SubscriptionStatus.Disabled, Version = row.Version, Fault = fault,
        };
        if (SettingsFormat.ReadOrNull(row.Form.Json, SubscriptionForm.ReadOwner) is not { } owner || owner.Id != row.Id)
            return new(outline, HasTenant: false);
        return new(outline with { Tenant = owner.Tenant, Status = owner.Status ?? outline.Status }, HasTenant: true);
    }
}
