namespace WebhookKit.Operations;

/// <summary>
/// Sends to a subscription the messages of its tenant that it asks for and has no delivery of, oldest first. What was published to those who were named goes
/// to nobody else.
/// </summary>
internal sealed class Replay(IDeliveryLog log, ISubscriptionStore subscriptions, EventCatalog catalog, Resender resender)
{
    public async Task<OperationProgress?> RunAsync(ReplayRequest request, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        RequestRules.Check(request);
        if (await subscriptions.FindAsync(request.Subscription, cancellationToken).ConfigureAwait(false) is not { } subscription)
            return null;
        if (!Takers.Takes(subscription))
            throw new WebhookValidationException(new WebhookError(
                WebhookErrorCode.Contradiction, nameof(request.Subscription), $"The subscription is {subscription.Status}, so it takes no deliveries.",
                "Activate or pause it first."));
        var query = new MessageQuery
        {
            Tenant = subscription.Tenant, EventType = request.EventType, Since = request.Since, Until = request.Until, Limit = Pages.Size,
        };
        var tally = new Tally(progress);
        var pages = Pages.OldestFirstAsync((next, token) => log.ListMessagesAsync(query with { Continuation = next }, token), cancellationToken);
        await foreach (var page in pages.ConfigureAwait(false))
        {
            // As it is now: it may be changed, switched off or removed on the way.
            var target = await subscriptions.FindAsync(request.Subscription, cancellationToken).ConfigureAwait(false);
            var wanted = page.Where(m => !m.Message.IsAddressed && target?.Matches(EventOf(m.Message)) == true)
                .Select(m => Redelivery.To(m.Message.PublicId, request.Subscription, once: true));
            tally.Add(page.Count, await resender.AddAsync([.. wanted]).ConfigureAwait(false));
        }

        return tally.Total;
    }

    private EventToMatch EventOf(WebhookMessage message) => new()
    {
        Tenant = message.Tenant,
        EventType = message.EventType,
        Group = catalog.TryGet(message.EventType, out var type) ? type.Group : null,
        Attributes = message.Attributes,
    };
}
