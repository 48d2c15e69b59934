using System.Diagnostics;
using WebhookKit.Telemetry;

namespace WebhookKit.Publishing;

/// <summary>The way in: make messages, match them, enqueue them.</summary>
internal sealed class WebhookPublisher(
    MessageFactory messages, ISubscriptionStore subscriptions, IDeliveryQueue queue,
    WebhookMetrics metrics, QuietLogger logger) : IWebhookPublisher
{
    public Task<PublishResult> PublishAsync<T>(T data, PublishOptions? options = null, CancellationToken cancellationToken = default) where T : notnull =>
        PublishOneAsync(PublishRequest.Of(data, options), cancellationToken);

    public Task<PublishResult> PublishJsonAsync(
        string eventType, ReadOnlyMemory<byte> utf8Json, PublishOptions? options = null, CancellationToken cancellationToken = default) =>
        PublishOneAsync(PublishRequest.Json(eventType, utf8Json, options), cancellationToken);

    public async Task<IReadOnlyList<PublishResult>> PublishManyAsync(IEnumerable<PublishRequest> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        var requests = events.ToArray();
        return requests.Length == 0 ? [] : await PublishAsync(requests, many: true, cancellationToken).ConfigureAwait(false);
    }

    private async Task<PublishResult> PublishOneAsync(PublishRequest request, CancellationToken cancellationToken) =>
        (await PublishAsync([request], many: false, cancellationToken).ConfigureAwait(false))[0];

    private async Task<PublishResult[]> PublishAsync(PublishRequest[] requests, bool many, CancellationToken cancellationToken)
    {
        using var activity = WebhookActivities.StartPublish();
        try
        {
            var (made, toMatch) = Make(requests, many);
            if (!many)
                Describe(activity, made[0]);
            var matches = await subscriptions.MatchAsync(toMatch, cancellationToken).ConfigureAwait(false);
            var enqueue = new EnqueueRequest[made.Length];
            for (var i = 0; i < made.Length; i++)
                enqueue[i] = new EnqueueRequest { Message = made[i], Targets = [.. matches[i].Select(DeliveryTarget.To)] };
            await queue.EnqueueAsync(enqueue, cancellationToken).ConfigureAwait(false);
            Observe(made);
            return Array.ConvertAll(enqueue, e => new PublishResult(e.Message.PublicId, e.Targets.Count));
        }
        catch (Exception e)
        {
            WebhookActivities.Fail(activity, e);
            throw;
        }
    }

    private (WebhookMessage[] Messages, EventToMatch[] ToMatch) Make(PublishRequest[] requests, bool many)
    {
        var made = new WebhookMessage[requests.Length];
        var toMatch = new EventToMatch[requests.Length];
        var faults = new FaultList();
        for (var i = 0; i < requests.Length; i++)
        {
            if (many)
                faults.Index = i;
            if (requests[i] is null)
                faults.Add(new WebhookError(WebhookErrorCode.Required, $"Events[{i}]", "The event is null.", "Leave it out."));
            else if (messages.Create(requests[i], faults) is var (message, eventType))
                (made[i], toMatch[i]) = (message, new EventToMatch { Tenant = message.Tenant, EventType = message.EventType, Group = eventType.Group, Attributes = message.Attributes });
        }

        faults.ThrowIfAny();
        return (made, toMatch);
    }

    /// <summary>Tells whoever listens. The events are accepted: a listener that throws must not make the caller publish them again.</summary>
    private void Observe(WebhookMessage[] accepted)
    {
        try
        {
            foreach (var message in accepted)
                metrics.Published(message.EventType);
        }
        catch (Exception e)
        {
            logger.ObserverFailed(e);
        }
    }

    private static void Describe(Activity? activity, WebhookMessage message)
    {
        activity?.SetTag(WebhookTelemetry.MessageIdTag, message.PublicId);
        activity?.SetTag(WebhookTelemetry.EventTypeTag, message.EventType);
    }
}
