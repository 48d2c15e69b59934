using System.Diagnostics.Metrics;

namespace WebhookKit.Receiving;

/// <summary>
/// Counts what was refused, by reason. A verifier stands alone, without a container, so the meter is the process's; free when nobody listens.
/// </summary>
internal static class RefusalCounter
{
    public const string MeterName = "WebhookKit";
    public const string Name = "webhookkit.verify.refused";
    public const string ReasonTag = "webhookkit.reason";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(Name, "{request}", "Received requests that were refused.");

    /// <summary>Gives the result back, counted if it is a refusal.</summary>
    public static VerificationResult Count(VerificationResult result)
    {
        if (result.Refusal is { } refusal && Refused.Enabled)
            Refused.Add(1, new KeyValuePair<string, object?>(ReasonTag, refusal.ToString()));
        return result;
    }
}
