namespace WebhookKit.Storage;

/// <summary>A subscription as it stands in a store.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Counts its changes.</param>
/// <param name="Number">Counts the additions to the store, so that a later one has a higher number; it never changes and is never given again.</param>
/// <param name="Form">What it is.</param>
internal readonly record struct SubscriptionRow(SubscriptionId Id, long Version, long Number, SettingsForm Form);
