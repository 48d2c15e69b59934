namespace WebhookKit.Storage;

/// <summary>
/// Writes subscriptions and ad hoc destinations down, and reads them. What only code can describe (a policy, rule, scheme, envelope or authentication of the
/// host's own) is written as the name that the host gave it.
/// </summary>
internal sealed class SettingsFormat
{
    /// <summary>Writes a subscription down, all but its version.</summary>
    /// <exception cref="WebhookValidationException">A part is the host's own and has no name.</exception>
    public ValueTask<SettingsForm> WriteAsync(Subscription subscription, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>What matching and listing need of a subscription: id, tenant, status, events, filter and creation time. Cheap; needs no protector.</summary>
    public Subscription ReadOutline(string json) => throw new NotImplementedException();

    /// <summary>Reads a subscription, with version 0.</summary>
    /// <exception cref="WebhookStoreException"><see cref="StoreFault.Unreadable"/>: a name that this host does not know, or secrets that cannot be read.</exception>
    public ValueTask<Subscription> ReadAsync(SettingsForm form, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Writes an ad hoc destination down.</summary>
    /// <exception cref="WebhookValidationException">A part is the host's own and has no name.</exception>
    public ValueTask<SettingsForm> WriteAsync(StoredDestination destination, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Reads an ad hoc destination.</summary>
    /// <exception cref="WebhookStoreException"><see cref="StoreFault.Unreadable"/>, as for subscriptions.</exception>
    public ValueTask<StoredDestination> ReadDestinationAsync(SettingsForm form, CancellationToken cancellationToken) => throw new NotImplementedException();
}
