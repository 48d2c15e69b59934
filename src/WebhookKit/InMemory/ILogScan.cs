namespace WebhookKit.InMemory;

/// <summary>Reads the log in steps, each under the store's lock, so that a long search does not keep the queue waiting.</summary>
internal interface ILogScan
{
    /// <summary>Reads on; true when there is no more to read.</summary>
    bool Step(StoreContents contents, StoreClock clock, long now);
}
