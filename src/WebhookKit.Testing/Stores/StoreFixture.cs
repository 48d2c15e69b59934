namespace WebhookKit.Testing;

/// <summary>
/// What a storage provider gives to be held to the specs: new, empty stores, and command over the time they see. Each spec takes a fixture of its own,
/// starts it and disposes of it, also when the spec fails.
/// </summary>
public abstract class StoreFixture : IAsyncDisposable
{
    /// <summary>The store of deliveries under test; null if the provider has none. Read after <see cref="StartAsync"/>.</summary>
    public virtual IWebhookStore? Store => null;

    /// <summary>The store of subscriptions under test; null if the provider has none. Read after <see cref="StartAsync"/>.</summary>
    public virtual ISubscriptionStore? Subscriptions => null;

    /// <summary>
    /// The clock that the store of deliveries takes its time from; null if it takes it from elsewhere. The specs of whole hosts (<c>StoreSpecCatalog.Hosts</c>)
    /// need it: they move the time of host and store together.
    /// </summary>
    public virtual VirtualClock? Clock => null;

    /// <summary>Makes the stores, empty. Called once, before anything else.</summary>
    public abstract ValueTask StartAsync();

    /// <summary>
    /// Moves the time that the stores see, forwards. When it has returned, what the new time makes due is due; a worker that waits may be told later.
    /// </summary>
    /// <param name="by">How far.</param>
    public abstract ValueTask AdvanceAsync(TimeSpan by);

    /// <summary>Ends the stores and removes what they kept.</summary>
    public abstract ValueTask DisposeAsync();
}
