using System.Diagnostics;

namespace WebhookKit.Sending;

/// <summary>
/// The <c>traceparent</c> (W3C Trace Context) that a receiver may see: that of the attempt's own root span, which belongs to no trace of the host's, or else
/// one made for the occasion. Never the host's trace, its state or its baggage.
/// </summary>
internal static class TraceParent
{
    public static string Create() =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C, ParentId: null, Source.Name: WebhookTelemetry.Name, Id: { } id }
            ? id
            : $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-00";
}
