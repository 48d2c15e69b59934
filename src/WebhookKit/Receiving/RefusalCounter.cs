using System.Diagnostics.Metrics;

namespace WebhookKit.Receiving;

/// <summary>Counts what was refused, by reason. A verifier stands alone, without a container, so the meter is the process's; free when nobody listens.</summary>
internal static class RefusalCounter
{
    private static readonly Meter Meter = new(WebhookTelemetry.Name);
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(WebhookTelemetry.VerifyRefused, "{request}", "Received requests that were refused.");

    /// <summary>Gives the result back, counted if it is a refusal.</summary>
    public static VerificationResult Count(VerificationResult result)
    {
        if (result.Refusal is { } refusal && Refused.Enabled)
            Refused.Add(1, new KeyValuePair<string, object?>(WebhookTelemetry.ReasonTag, refusal.ToString()));
        return result;
    }
}
