namespace WebhookKit.Tests.Queueing;

/// <summary>What a storage provider gives to be held to the specs: a new, empty store, and command over the time it sees.</summary>
public abstract class StoreFixture : IAsyncDisposable
{
    /// <summary>The implementation under test.</summary>
    public abstract Type StoreType { get; }

    public abstract IWebhookStore Store { get; }

    /// <summary>Makes the store, empty. Called once, before anything else.</summary>
    public abstract ValueTask StartAsync();

    /// <summary>Moves the time that the store sees.</summary>
    public abstract ValueTask AdvanceAsync(TimeSpan by);

    public abstract ValueTask DisposeAsync();
}
