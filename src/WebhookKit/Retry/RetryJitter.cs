using System.Security.Cryptography;

namespace WebhookKit;

/// <summary>
/// The random part of a retry's delay, so that what failed together does not come back together. Registered by <c>AddWebhooks</c>; replaced where delays are
/// to be the same each time, as in tests. Safe for concurrent use.
/// </summary>
public class RetryJitter
{
    /// <summary>A number from 0 up to, but not including, 1: how much of the policy's <see cref="RetryPolicy.Jitter"/> is added.</summary>
    /// <value>Random, of the system's generator.</value>
    public virtual double Next() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
