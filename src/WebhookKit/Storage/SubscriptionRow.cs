namespace WebhookKit.Storage;

/// <summary>A subscription as it stands in a store.</summary>
internal readonly record struct SubscriptionRow(SubscriptionId Id, long Version, SettingsForm Form);
