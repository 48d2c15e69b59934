using System.Diagnostics;
using WebhookKit.Telemetry;

namespace WebhookKit.Publishing;

/// <summary>The way in: make messages, find their targets, enqueue them.</summary>
internal sealed class WebhookPublisher(
    DraftFactory factory, TargetFinder targets, IDeliveryQueue queue, PublishingOptions options, TimeProvider time, WebhookMetrics metrics, QuietLogger logger)
    : IWebhookPublisher, ITransactionalPublishing
{
    private readonly Func<IReadOnlyList<EnqueueRequest>, CancellationToken, ValueTask<IReadOnlyList<EnqueueResult>>> _enqueue = queue.EnqueueAsync;
    private readonly StorePatience _impatience = new(TimeSpan.Zero, time);

    public Task<PublishResult> PublishAsync<T>(T data, PublishOptions? options = null, CancellationToken cancellationToken = default) where T : notnull =>
        PublishOneAsync(PublishRequest.Of(data, options), cancellationToken);

    public Task<PublishResult> PublishJsonAsync(
        string eventType, ReadOnlyMemory<byte> utf8Json, PublishOptions? options = null, CancellationToken cancellationToken = default) =>
        PublishOneAsync(PublishRequest.Json(eventType, utf8Json, options), cancellationToken);

    public async Task<IReadOnlyList<PublishResult>> PublishManyAsync(IEnumerable<PublishRequest> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        var requests = events.ToArray();
        return requests.Length == 0 ? [] : await PublishAsync(requests, many: true, Patience(), _enqueue, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<PublishResult>> PublishAsync(
        IReadOnlyList<PublishRequest> events, Func<IReadOnlyList<EnqueueRequest>, CancellationToken, ValueTask<IReadOnlyList<EnqueueResult>>> enqueue,
        CancellationToken cancellationToken)
    {
        var requests = events.ToArray();
        return requests.Length == 0 ? [] : await PublishAsync(requests, requests.Length > 1, _impatience, enqueue, cancellationToken).ConfigureAwait(false);
    }

    private StorePatience Patience() => options.WaitForStore > TimeSpan.Zero ? new(options.WaitForStore, time) : _impatience;

    private async Task<PublishResult> PublishOneAsync(PublishRequest request, CancellationToken cancellationToken) =>
        (await PublishAsync([request], many: false, Patience(), _enqueue, cancellationToken).ConfigureAwait(false))[0];

    private async Task<PublishResult[]> PublishAsync(
        PublishRequest[] requests, bool many, StorePatience patience,
        Func<IReadOnlyList<EnqueueRequest>, CancellationToken, ValueTask<IReadOnlyList<EnqueueResult>>> enqueueAll, CancellationToken cancellationToken)
    {
        using var activity = WebhookActivities.StartPublish();
        try
        {
            var drafts = await DraftAsync(requests, many, patience, cancellationToken).ConfigureAwait(false);
            if (!many)
                Describe(activity, drafts[0].Message.PublicId, drafts[0].Message.EventType);
            var found = await targets.FindAsync(drafts, patience, cancellationToken).ConfigureAwait(false);
            var enqueue = new EnqueueRequest[drafts.Length];
            for (var i = 0; i < enqueue.Length; i++)
                enqueue[i] = drafts[i].ToRequest(found[i].Targets);
            var enqueued = await patience.CallAsync(
                static (of, token) => of.enqueueAll(of.enqueue, token), (enqueueAll, enqueue), cancellationToken).ConfigureAwait(false);
            var results = new PublishResult[drafts.Length];
            for (var i = 0; i < results.Length; i++)
                results[i] = Result(drafts[i].Message, enqueued[i], found[i].NoMatch);
            Observe(drafts, results);
            if (!many)
                Describe(activity, results[0].MessageId, drafts[0].Message.EventType);
            return results;
        }
        catch (Exception e)
        {
            WebhookActivities.Fail(activity, e);
            throw;
        }
    }

    private async ValueTask<PublishDraft[]> DraftAsync(PublishRequest[] requests, bool many, StorePatience patience, CancellationToken cancellationToken)
    {
        var drafts = new PublishDraft?[requests.Length];
        var faults = new FaultList(many);
        for (var i = 0; i < requests.Length; i++)
        {
            faults.Event = i;
            if (requests[i] is null)
                faults.Add(new WebhookError(WebhookErrorCode.Required, $"Events[{i}]", "The event is null.", "Leave it out."));
            else
                drafts[i] = factory.Create(requests[i], faults);
        }

        await targets.FindNamedAsync(requests, drafts, faults, patience, cancellationToken).ConfigureAwait(false);
        faults.ThrowIfAny();
        return Array.ConvertAll(drafts, draft => draft!);
    }

    /// <summary>A store that had to repeat its own commit answers with this message: that is no duplicate.</summary>
    private static PublishResult Result(WebhookMessage message, EnqueueResult enqueued, NoMatchExplanation? noMatch)
    {
        var isDuplicate = enqueued.Outcome == EnqueueOutcome.Duplicate && !string.Equals(enqueued.MessageId, message.PublicId, StringComparison.Ordinal);
        return new PublishResult(enqueued.MessageId, enqueued.Targets) { IsDuplicate = isDuplicate, NoMatch = isDuplicate ? null : noMatch };
    }

    /// <summary>Tells whoever listens. The events are accepted: a listener that throws must not make the caller publish them again.</summary>
    private void Observe(PublishDraft[] drafts, PublishResult[] results)
    {
        try
        {
            for (var i = 0; i < drafts.Length; i++)
            {
                if (!results[i].IsDuplicate)
                    metrics.Published(drafts[i].Message.EventType);
            }
        }
        catch (Exception e)
        {
            logger.ObserverFailed(e);
        }
    }

    private static void Describe(Activity? activity, string messageId, string eventType)
    {
        activity?.SetTag(WebhookTelemetry.MessageIdTag, messageId);
        activity?.SetTag(WebhookTelemetry.EventTypeTag, eventType);
    }
}
