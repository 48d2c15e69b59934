using WebhookKit.Messages;
using WebhookKit.Receiving;

namespace WebhookKit;

/// <summary>
/// The names of everything this library measures and traces. They follow the OpenTelemetry conventions and stay the same within a major version.
/// </summary>
public static class WebhookTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = RefusalCounter.MeterName;

    /// <summary>
    /// Counter: events accepted; one that repeats an idempotency key (<see cref="IdempotencyKey"/>) was accepted before and does not count. Tag:
    /// <see cref="EventTypeTag"/>.
    /// </summary>
    public const string PublishMessages = "webhookkit.publish.messages";

    /// <summary>
    /// Histogram, seconds: how long attempts took.
    /// Tags: <see cref="OutcomeTag"/>, <see cref="StatusClassTag"/>, <see cref="ErrorTypeTag"/>, <see cref="EventTypeTag"/>.
    /// </summary>
    public const string AttemptDuration = "webhookkit.attempt.duration";

    /// <summary>Histogram, seconds: from publish to delivered. Tag: <see cref="EventTypeTag"/>.</summary>
    public const string DeliveryLatency = "webhookkit.delivery.latency";

    /// <summary>Gauge: deliveries due now, over all nodes.</summary>
    public const string QueueDue = "webhookkit.queue.due";

    /// <summary>Gauge: deliveries that have not ended, over all nodes.</summary>
    public const string QueueWaiting = "webhookkit.queue.waiting";

    /// <summary>Gauge, seconds: how long the oldest due delivery has been due, over all nodes.</summary>
    public const string QueueOldestDueAge = "webhookkit.queue.oldest_due.age";

    /// <summary>Counter: lanes whose lease this node lost.</summary>
    public const string LaneLost = "webhookkit.lane.lost";

    /// <summary>Counter: settlements that came too late to count.</summary>
    public const string SettleStale = "webhookkit.settle.stale";

    /// <summary>Counter: received requests that were refused. Tag: <see cref="ReasonTag"/>.</summary>
    public const string VerifyRefused = RefusalCounter.Name;

    /// <summary>Counter: operational events that an observer was too slow to be told. Tag: <see cref="ObserverTag"/>.</summary>
    public const string ObserverDropped = "webhookkit.observer.dropped";

    /// <summary>
    /// Activity: one call of the publisher, in the caller's trace.
    /// Tags: <see cref="MessageIdTag"/> (for a duplicate, the first message's) and <see cref="EventTypeTag"/> where it is one event.
    /// </summary>
    public const string PublishActivity = "webhookkit publish";

    /// <summary>
    /// Activity: one attempt to deliver; a root of its own, linked to the trace that the event was published in, also when it is sent again much later. Tags:
    /// <see cref="MessageIdTag"/>, <see cref="DeliveryIdTag"/>, <see cref="SubscriptionIdTag"/> or <see cref="DestinationIdTag"/>,
    /// <see cref="AttemptNumberTag"/>, <see cref="OutcomeTag"/>, <see cref="ErrorTypeTag"/>.
    /// </summary>
    public const string AttemptActivity = "webhookkit attempt";

    /// <summary>The event type; <c>_OTHER</c> for one that is not registered on this node, so that the values are bounded.</summary>
    public const string EventTypeTag = "webhookkit.event_type";

    /// <summary>How the attempt ended: a name of <see cref="AttemptOutcome"/>.</summary>
    public const string OutcomeTag = "webhookkit.outcome";

    /// <summary>The class of the answer's status: <c>2xx</c> to <c>5xx</c>.</summary>
    public const string StatusClassTag = "webhookkit.status_class";

    /// <summary>OpenTelemetry's <c>error.type</c>: what went wrong in a few words; absent on success.</summary>
    public const string ErrorTypeTag = "error.type";

    /// <summary>Why a request was refused: a name of the verifier's refusals.</summary>
    public const string ReasonTag = RefusalCounter.ReasonTag;

    /// <summary>The message id on an activity and in the log scope of an attempt.</summary>
    public const string MessageIdTag = "webhookkit.message_id";

    /// <summary>The delivery id on an activity and in the log scope of an attempt.</summary>
    public const string DeliveryIdTag = "webhookkit.delivery_id";

    /// <summary>The subscription id on an activity and in the log scope of an attempt; absent for an ad hoc destination.</summary>
    public const string SubscriptionIdTag = "webhookkit.subscription_id";

    /// <summary>The id of the ad hoc destination on an activity and in the log scope of an attempt; absent for a subscription.</summary>
    public const string DestinationIdTag = "webhookkit.destination_id";

    /// <summary>The tenant in the log scope of an attempt; null for the host's own.</summary>
    public const string TenantTag = "webhookkit.tenant";

    /// <summary>The number of the attempt on an activity and in the log scope of an attempt.</summary>
    public const string AttemptNumberTag = "webhookkit.attempt_number";

    /// <summary>The observer that an operational event did not reach: the name of its type.</summary>
    public const string ObserverTag = "webhookkit.observer";

    internal static string TagOf(TargetId target) => target.Subscription is null ? DestinationIdTag : SubscriptionIdTag;
}
