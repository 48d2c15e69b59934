using WebhookKit.Sending;

namespace WebhookKit.Subscriptions;

/// <summary>Finds every fault of a subscription, not only the first.</summary>
internal sealed class SubscriptionValidator(
    EventCatalog catalog, EgressPolicy egress, SubscriptionOptions defaults, WebhookSendingOptions sending)
{
    private const int MaxText = 1024;
    private const int MaxPatterns = 1000;

    public IReadOnlyList<WebhookError> Check(Subscription s)
    {
        var errors = new List<WebhookError>();
        CheckTexts(s, errors);
        CheckUrl(s.Url, errors);
        CheckEvents(s.Events, errors);
        CheckSecrets(s, errors);
        errors.AddRange(HeaderRules.Check([.. s.Headers], nameof(s.Headers), [.. (s.Schemes ?? defaults.Schemes).Select(scheme => scheme?.SignatureHeader).OfType<string>()]));
        CheckLimits(s, errors);
        return errors;
    }

    /// <summary>The faults of one secret for the schemes of a subscription.</summary>
    public IReadOnlyList<WebhookError> CheckSecret(Subscription s, WebhookSecret secret) =>
        [.. (s.Schemes ?? defaults.Schemes).Select(scheme => scheme.Check(secret)).OfType<WebhookError>().Select(e => e with { Field = nameof(s.Secrets) })];

    private static void CheckTexts(Subscription s, List<WebhookError> errors)
    {
        Check(nameof(s.Tenant), s.Tenant);
        Check(nameof(s.Name), s.Name);
        Check(nameof(s.Description), s.Description);
        if (s.Tenant is "")
            errors.Add(new(WebhookErrorCode.Required, nameof(s.Tenant), "The tenant is empty.", "Use null for the host's own tenant."));

        void Check(string field, string? text)
        {
            if (text?.Length > MaxText)
                errors.Add(new(WebhookErrorCode.OutOfRange, field, $"The text is longer than {MaxText} characters.", "Shorten it."));
        }
    }

    private void CheckUrl(string? url, List<WebhookError> errors)
    {
        if (string.IsNullOrWhiteSpace(url))
            errors.Add(new(WebhookErrorCode.Required, nameof(Subscription.Url), "The URL is empty.", "Give the absolute URL that requests go to."));
        else if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
            errors.Add(new(WebhookErrorCode.InvalidUrl, nameof(Subscription.Url), "The URL is not an absolute URL.", "Give it with its scheme and host, for example https://example.com/hooks."));
        else if (egress.CheckUrl(uri) is { } error)
            errors.Add(error);
    }

    private void CheckEvents(IReadOnlyList<EventPattern>? events, List<WebhookError> errors)
    {
        if (events is null || events.Count == 0)
        {
            errors.Add(new(WebhookErrorCode.Required, nameof(Subscription.Events), "No event is asked for.", "Give at least one pattern; EventPattern.All is everything."));
            return;
        }

        if (events.Count > MaxPatterns)
            errors.Add(new(WebhookErrorCode.OutOfRange, nameof(Subscription.Events), $"There are more than {MaxPatterns} patterns.", "Use prefixes or groups."));
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i] is null)
                errors.Add(EventPattern.Error($"Events[{i}]", null));
            else if (events[i].Kind == EventPatternKind.Exact && !catalog.TryGet(events[i].Value, out _))
                errors.Add(new(WebhookErrorCode.UnknownEventType, $"Events[{i}]", $"The event type '{events[i]}' is not registered.", "Use a registered one, or register it with AddEvent."));
            else if (events[i].Kind == EventPatternKind.Group && !catalog.Groups.Contains(events[i].Value))
                errors.Add(new(WebhookErrorCode.UnknownEventType, $"Events[{i}]", $"No registered event type is of the group '{events[i].Value}'.", "Use a group that a registered event type names."));
        }
    }

    private void CheckSecrets(Subscription s, List<WebhookError> errors)
    {
        var schemes = s.Schemes ?? defaults.Schemes;
        if (schemes.Any(scheme => scheme is null))
        {
            errors.Add(new(WebhookErrorCode.Required, nameof(s.Schemes), "A scheme is null.", "Leave it out."));
            return;
        }

        errors.AddRange(s.Secrets.SelectMany(secret => CheckSecret(s, secret)).Distinct());
        if (schemes.Count > 0 && s.Secrets.Count == 0)
            errors.Add(new(WebhookErrorCode.Required, nameof(s.Secrets), "There is no secret to sign with.", "Give one, or an empty list of schemes to send unsigned."));
    }

    private void CheckLimits(Subscription s, List<WebhookError> errors)
    {
        if (s.Timeout is { } timeout && (timeout <= TimeSpan.Zero || timeout > sending.MaxTimeout))
            errors.Add(new(WebhookErrorCode.OutOfRange, nameof(s.Timeout), $"{timeout} is out of range.", $"Use more than zero and at most {sending.MaxTimeout} (Webhooks:Sending:MaxTimeout)."));
        if (s.MaxConcurrency is < 1 or > 10_000)
            errors.Add(new(WebhookErrorCode.OutOfRange, nameof(s.MaxConcurrency), $"{s.MaxConcurrency} is out of range.", "Use 1 to 10000."));
        if (!Enum.IsDefined(s.Status))
            errors.Add(new(WebhookErrorCode.OutOfRange, nameof(s.Status), "The status is unknown.", "Use a member of SubscriptionStatus."));
        foreach (var name in s.RetryByEventType.Keys.Where(name => !catalog.TryGet(name, out _)))
            errors.Add(new(WebhookErrorCode.UnknownEventType, nameof(s.RetryByEventType), $"The event type '{name}' is not registered.", "Use a registered one."));
    }
}
