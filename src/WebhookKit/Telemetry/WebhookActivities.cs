using System.Diagnostics;
using WebhookKit.Messages;

namespace WebhookKit.Telemetry;

/// <summary>The activity source; free when nobody listens.</summary>
internal static class WebhookActivities
{
    public static ActivitySource Source { get; } = new(WebhookTelemetry.Name);

    /// <summary>The current trace as a <c>traceparent</c>, to be kept with what is published; null if there is none.</summary>
    public static string? TraceParent => Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current.Id : null;

    /// <summary>Starts the activity of one call of the publisher, in the caller's trace.</summary>
    public static Activity? StartPublish() => Source.StartActivity(WebhookTelemetry.PublishActivity, ActivityKind.Producer);

    /// <summary>
    /// Starts the activity of an attempt: a root, since the publisher's own trace ended long ago, linked to that trace. Call it from an async method of
    /// the attempt's own: what it does to the current activity ends with that method.
    /// </summary>
    public static Activity? StartAttempt(WebhookMessage message, DeliveryId delivery, TargetId target, int number)
    {
        // Also where nobody listens to this source: the HTTP client's own activity must not end up in whatever trace the dispatcher was started in.
        if (Activity.Current is not null)
            Activity.Current = null;
        if (!Source.HasListeners())
            return null;
        ActivityLink[] links = ActivityContext.TryParse(message.TraceParent, traceState: null, isRemote: true, out var published) ? [new(published)] : [];
        var activity = Source.StartActivity(WebhookTelemetry.AttemptActivity, ActivityKind.Client, parentContext: default, links: links);
        if (activity is null)
            return null;
        activity.SetTag(WebhookTelemetry.MessageIdTag, message.PublicId);
        activity.SetTag(WebhookTelemetry.DeliveryIdTag, delivery.ToString());
        activity.SetTag(WebhookTelemetry.TagOf(target), target.ToString());
        activity.SetTag(WebhookTelemetry.AttemptNumberTag, number);
        return activity;
    }

    /// <summary>Marks an activity as failed, by the kind of the failure only: what an exception says may hold the host's data.</summary>
    public static void Fail(Activity? activity, Exception exception)
    {
        activity?.SetStatus(ActivityStatusCode.Error);
        activity?.SetTag(WebhookTelemetry.ErrorTypeTag, exception.GetType().FullName);
    }
}
