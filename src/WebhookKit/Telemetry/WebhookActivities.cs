using System.Diagnostics;

namespace WebhookKit.Telemetry;

/// <summary>The activity source; free when nobody listens.</summary>
internal static class WebhookActivities
{
    public static ActivitySource Source { get; } = new(WebhookTelemetry.Name);

    /// <summary>Starts the activity of an attempt: a root, since the publisher's own trace ended long ago.</summary>
    public static Activity? StartAttempt(string messageId, SubscriptionId subscription, int number)
    {
        if (!Source.HasListeners())
            return null;
        Activity.Current = null;
        var activity = Source.StartActivity(WebhookTelemetry.AttemptActivity, ActivityKind.Client);
        activity?.SetTag(WebhookTelemetry.MessageIdTag, messageId);
        activity?.SetTag(WebhookTelemetry.SubscriptionIdTag, subscription.ToString());
        activity?.SetTag(WebhookTelemetry.AttemptNumberTag, number);
        return activity;
    }
}
