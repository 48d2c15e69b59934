namespace WebhookKit;

/// <summary>Settings of envelopes; section <c>Webhooks:Envelopes</c>.</summary>
public sealed class EnvelopeOptions
{
    private const long LargestCache = 64L * 1024 * 1024 * 1024;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How much memory may be used to keep bodies that several deliveries or attempts share, in bytes. What does not fit is made again for each attempt.
    /// </summary>
    /// <value>16 MiB by default; 0 keeps none, 64 GiB at most.</value>
    public long CacheBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>How long the host's <see cref="ITenantValueSource"/> may take. It is no part of the time that the receiver has to answer.</summary>
    /// <value>5 s by default; more than zero, at most 30 s.</value>
    public TimeSpan TenantValuesTimeout { get; set; } = TimeSpan.FromSeconds(5);

    internal IEnumerable<WebhookError> Check()
    {
        const string section = "Webhooks:Envelopes:";
        if (CacheBytes is < 0 or > LargestCache)
            yield return new(WebhookErrorCode.OutOfRange, section + nameof(CacheBytes), $"{CacheBytes} is out of range.", $"Use 0 to {LargestCache}.");
        if (TenantValuesTimeout <= TimeSpan.Zero || TenantValuesTimeout > LongestWait)
            yield return new(
                WebhookErrorCode.OutOfRange, section + nameof(TenantValuesTimeout), $"{TenantValuesTimeout} is out of range.",
                $"Use more than zero and at most {LongestWait}.");
    }
}
