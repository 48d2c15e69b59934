using System.Diagnostics;
using WebhookKit.Telemetry;

namespace WebhookKit.Publishing;

/// <summary>The way in: make messages, match them, enqueue them.</summary>
internal sealed class WebhookPublisher(MessageFactory messages, ISubscriptionStore subscriptions, IDeliveryQueue queue, WebhookMetrics metrics) : IWebhookPublisher
{
    public async Task<PublishResult> PublishAsync<T>(T data, PublishOptions? options = null, CancellationToken cancellationToken = default) where T : notnull
    {
        var results = await PublishAsync([PublishRequest.Of(data, options)], cancellationToken).ConfigureAwait(false);
        return results[0];
    }

    public async Task<PublishResult> PublishJsonAsync(
        string eventType, ReadOnlyMemory<byte> utf8Json, PublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        var results = await PublishAsync([PublishRequest.Json(eventType, utf8Json, options)], cancellationToken).ConfigureAwait(false);
        return results[0];
    }

    public async Task<IReadOnlyList<PublishResult>> PublishManyAsync(IEnumerable<PublishRequest> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        var requests = events.ToArray();
        return requests.Length == 0 ? [] : await PublishAsync(requests, cancellationToken).ConfigureAwait(false);
    }

    private static string Field(int index, int count) => count == 1 ? "Event" : $"Events[{index}]";

    private async Task<PublishResult[]> PublishAsync(PublishRequest[] requests, CancellationToken cancellationToken)
    {
        using var activity = WebhookActivities.Source.StartActivity(WebhookTelemetry.PublishActivity, ActivityKind.Producer);
        var (made, toMatch) = Make(requests);
        var matches = await subscriptions.MatchAsync(toMatch, cancellationToken).ConfigureAwait(false);
        var enqueue = new EnqueueRequest[made.Length];
        for (var i = 0; i < made.Length; i++)
            enqueue[i] = new EnqueueRequest(made[i], Targets(matches[i]));
        await queue.EnqueueAsync(enqueue, cancellationToken).ConfigureAwait(false);
        foreach (var message in made)
            metrics.Published(message.EventType);
        return [.. enqueue.Select(e => new PublishResult(e.Message.PublicId, e.Targets.Count))];
    }

    private (WebhookMessage[] Messages, EventToMatch[] ToMatch) Make(PublishRequest[] requests)
    {
        var made = new WebhookMessage[requests.Length];
        var toMatch = new EventToMatch[requests.Length];
        List<WebhookError>? errors = null;
        for (var i = 0; i < requests.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(requests[i], nameof(requests));
            var message = messages.Create(requests[i], Field(i, requests.Length), out var eventType, out var error);
            if (message is null)
            {
                (errors ??= []).Add(error!);
                continue;
            }

            made[i] = message;
            toMatch[i] = new EventToMatch(message.Tenant, message.EventType, eventType!.Group);
        }

        return errors is null ? (made, toMatch) : throw new WebhookValidationException(errors);
    }

    private static DeliveryTarget[] Targets(IReadOnlyList<SubscriptionId> matches)
    {
        var targets = new DeliveryTarget[matches.Count];
        for (var i = 0; i < targets.Length; i++)
            targets[i] = new DeliveryTarget { Lane = LaneId.Of(matches[i]), Subscription = matches[i] };
        return targets;
    }
}
