using System.Security.Cryptography;

namespace WebhookKit.Queueing;

/// <summary>Random fractions that spread waits of many nodes; the generator needs no seed and no lock.</summary>
internal static class Jitter
{
    /// <summary>A number from 0 up to, but not including, 1.</summary>
    public static double Next() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
