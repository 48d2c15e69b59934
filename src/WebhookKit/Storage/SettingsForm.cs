namespace WebhookKit.Storage;

/// <summary>A subscription, or an ad hoc destination, as a store writes it down.</summary>
/// <param name="Json">Everything that is not secret, as JSON; it says the version of its form.</param>
/// <param name="Secrets">
/// Secrets, authentication values, and for destinations the values of headers: protected if there is a protector. Empty if there are none.
/// </param>
internal readonly record struct SettingsForm(string Json, byte[] Secrets);
