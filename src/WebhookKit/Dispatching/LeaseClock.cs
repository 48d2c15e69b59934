namespace WebhookKit.Dispatching;

/// <summary>The store's clock as this node knows it: what a lease answered, plus the monotonic time since. Immune to steps of this node's own clock.</summary>
internal sealed class LeaseClock(DateTimeOffset storeNow, TimeProvider time)
{
    private readonly long _askedAt = time.GetTimestamp();

    public DateTimeOffset Now => storeNow + time.GetElapsedTime(_askedAt);
}
