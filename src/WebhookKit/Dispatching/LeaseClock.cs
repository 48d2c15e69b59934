namespace WebhookKit.Dispatching;

/// <summary>The store's clock as this node knows it: what a lease answered, plus the monotonic time since. Immune to steps of this node's own clock.</summary>
internal sealed class LeaseClock(LeaseResult lease, TimeProvider time)
{
    private Func<DateTimeOffset>? _reader;

    public DateTimeOffset Now => lease.Now + time.GetElapsedTime(lease.GrantedAt);

    /// <summary><see cref="Now"/> as a function, made once for all that is sent under the lease.</summary>
    public Func<DateTimeOffset> Reader => _reader ??= () => Now;
}
