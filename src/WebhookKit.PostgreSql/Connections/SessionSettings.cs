using System.Globalization;

namespace WebhookKit.PostgreSql.Connections;

/// <summary>What all work on the database has in common.</summary>
/// <param name="TimeoutSeconds">How long a batch may take.</param>
/// <param name="Clock">Where the store's time comes from in tests; null is the server's clock.</param>
/// <param name="BriefLockTimeout">How long work waits for a lock that others wait for who need not.</param>
internal sealed record SessionSettings(int TimeoutSeconds, TimeProvider? Clock, TimeSpan BriefLockTimeout)
{
    /// <summary>Has a transaction wait that long.</summary>
    public string BriefLockText { get; } = string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {BriefLockTimeout.TotalMilliseconds:F0}");

    public DateTime? Now() => Clock?.GetUtcNow().UtcDateTime;
}
