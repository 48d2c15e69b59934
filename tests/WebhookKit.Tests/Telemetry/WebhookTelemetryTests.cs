using System.Reflection;

namespace WebhookKit.Tests.Telemetry;

public sealed class WebhookTelemetryTests
{
    [Fact]
    public void The_names_stay_as_they_are() =>
        typeof(WebhookTelemetry).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => $"{f.Name} = {f.GetRawConstantValue()}").Should().BeEquivalentTo(
            "Name = WebhookKit",
            "PublishMessages = webhookkit.publish.messages",
            "AttemptDuration = webhookkit.attempt.duration",
            "DeliveryLatency = webhookkit.delivery.latency",
            "QueueDue = webhookkit.queue.due",
            "QueueWaiting = webhookkit.queue.waiting",
            "QueueOldestDueAge = webhookkit.queue.oldest_due.age",
            "LaneLost = webhookkit.lane.lost",
            "SettleStale = webhookkit.settle.stale",
            "VerifyRefused = webhookkit.verify.refused",
            "PublishActivity = webhookkit publish",
            "AttemptActivity = webhookkit attempt",
            "EventTypeTag = webhookkit.event_type",
            "OutcomeTag = webhookkit.outcome",
            "StatusClassTag = webhookkit.status_class",
            "ErrorTypeTag = error.type",
            "ReasonTag = webhookkit.reason",
            "ObserverDropped = webhookkit.observer.dropped",
            "MessageIdTag = webhookkit.message_id",
            "DeliveryIdTag = webhookkit.delivery_id",
            "DestinationIdTag = webhookkit.destination_id",
            "TenantTag = webhookkit.tenant",
            "ObserverTag = webhookkit.observer",
            "AttemptNumberTag = webhookkit.attempt_number",
            "SubscriptionIdTag = webhookkit.subscription_id");
}
