using System.Buffers;
using WebhookKit.Envelopes;
using WebhookKit.Messages;

namespace WebhookKit.Subscriptions;

/// <summary>Finds every fault of a subscription, not only the first.</summary>
internal sealed class SubscriptionValidator(
    EventCatalog catalog, EgressPolicy egress, SubscriptionHeaders headers, InputCheck inputs, TenantOptions tenants, WebhookSendingOptions sending)
{
    private const int MaxText = 1024;
    private const int MaxPatterns = 1000;
    private const int MaxConcurrency = 10_000;

    // What RFC 9110 section 4.1 recommends that everybody supports.
    private const int MaxUrl = 8000;

    // The URI parser repairs these in silence; what is sent to must be what was given.
    private static readonly SearchValues<char> NotInUrls = SearchValues.Create([' ', '\\', '\x7F', .. Enumerable.Range(0, 0x20).Select(c => (char)c)]);

    public IReadOnlyList<WebhookError> Check(Subscription s)
    {
        var errors = new List<WebhookError>();
        if (TenantName.Check(nameof(s.Tenant), s.Tenant, tenants) is { } error)
            errors.Add(error);
        CheckText(nameof(s.Name), s.Name, errors);
        CheckText(nameof(s.Description), s.Description, errors);
        CheckText(nameof(s.StatusReason), s.StatusReason, errors);
        CheckUrl(s.Url, errors);
        CheckEvents(s.Events, errors);
        errors.AddRange(FilterRules.Check(s.Filter));
        errors.AddRange(headers.Check(s));
        if (inputs.Check(nameof(s.Envelope), s.Envelope) is { } unknown)
            errors.Add(unknown);
        CheckRetry(s.RetryByEventType, errors);
        CheckMetadata(s.Metadata, errors);
        CheckLimits(s, errors);
        return errors;
    }

    /// <summary>Finds every fault of what is needed to send: all there is to check of an ad hoc destination.</summary>
    public IReadOnlyList<WebhookError> CheckSending(Subscription s)
    {
        var errors = new List<WebhookError>();
        CheckUrl(s.Url, errors);
        errors.AddRange(headers.Check(s));
        if (inputs.Check(nameof(s.Envelope), s.Envelope) is { } unknown)
            errors.Add(unknown);
        CheckMetadata(s.Metadata, errors);
        CheckLimits(s, errors);
        return errors;
    }

    /// <summary>Finds the faults of a change of status.</summary>
    public static IReadOnlyList<WebhookError> CheckStatus(SubscriptionStatus status, string? reason)
    {
        var errors = new List<WebhookError>();
        if (!Enum.IsDefined(status))
            errors.Add(UnknownStatus(nameof(status)));
        else if (reason is not null && !HasReason(status))
            errors.Add(new(
                WebhookErrorCode.Contradiction, nameof(reason), $"A subscription that is {status} has no reason.",
                "Leave it out, or pause or disable the subscription."));
        CheckText(nameof(reason), reason, errors);
        return errors;
    }

    /// <summary>Whether a reason is kept with the status.</summary>
    public static bool HasReason(SubscriptionStatus status) => status is SubscriptionStatus.Paused or SubscriptionStatus.Disabled;

    private static WebhookError UnknownStatus(string field) =>
        new(WebhookErrorCode.OutOfRange, field, "The status is unknown.", "Use a member of SubscriptionStatus.");

    private static void CheckText(string field, string? text, List<WebhookError> errors)
    {
        if (text?.Length > MaxText)
            errors.Add(new(WebhookErrorCode.OutOfRange, field, $"The text is longer than {MaxText} characters.", "Shorten it."));
    }

    private void CheckUrl(string? url, List<WebhookError> errors)
    {
        if (string.IsNullOrWhiteSpace(url))
            errors.Add(new(WebhookErrorCode.Required, nameof(Subscription.Url), "The URL is empty.", "Give the absolute URL that requests go to."));
        else if (url.Length > MaxUrl)
            errors.Add(new(WebhookErrorCode.InvalidUrl, nameof(Subscription.Url), $"The URL is longer than {MaxUrl} characters.", "Shorten it."));
        else if (url.AsSpan().ContainsAny(NotInUrls))
            errors.Add(new(
                WebhookErrorCode.InvalidUrl, nameof(Subscription.Url), "The URL has white space, control characters or backslashes.",
                "Leave them out, or encode them (%20)."));
        // A path alone is, on Linux, read as the URL of a file.
        else if (url[0] == '/' || !Uri.TryCreate(url, UriKind.Absolute, out var uri))
            errors.Add(new(
                WebhookErrorCode.InvalidUrl, nameof(Subscription.Url), "The URL is not an absolute URL.",
                "Give it with its scheme and host, for example https://example.com/hooks."));
        else if (egress.CheckUrl(uri) is { } error)
            errors.Add(error);
    }

    private void CheckEvents(IReadOnlyList<EventPattern>? events, List<WebhookError> errors)
    {
        const string field = nameof(Subscription.Events);
        if (events is null || events.Count == 0)
        {
            errors.Add(new(WebhookErrorCode.Required, field, "No event is asked for.", "Give at least one pattern; EventPattern.All is everything."));
            return;
        }

        if (events.Count > MaxPatterns)
        {
            errors.Add(new(WebhookErrorCode.OutOfRange, field, $"There are more than {MaxPatterns} patterns.", "Use prefixes or groups."));
            return;
        }

        for (var i = 0; i < events.Count; i++)
        {
            if (CheckPattern($"{field}[{i}]", events[i]) is { } error)
                errors.Add(error);
        }
    }

    /// <summary>Prefixes may be of event types that are still to come; a single type or a group that nobody registered is a slip.</summary>
    private WebhookError? CheckPattern(string field, EventPattern? pattern) => pattern switch
    {
        null => EventPattern.Error(field, text: null),
        { Kind: EventPatternKind.Exact } when !catalog.TryGet(pattern.Value, out _) =>
            new(
                WebhookErrorCode.UnknownEventType, field, $"The event type '{pattern}' is not registered.",
                "Use a registered one, or register it with AddEvent."),
        { Kind: EventPatternKind.Group } when !catalog.Groups.Contains(pattern.Value) =>
            new(
                WebhookErrorCode.UnknownEventType, field, $"No registered event type is of the group '{pattern.Value}'.",
                "Use a group that a registered event type names."),
        _ => null,
    };

    private void CheckRetry(IReadOnlyDictionary<string, RetryPolicy>? policies, List<WebhookError> errors)
    {
        const string field = nameof(Subscription.RetryByEventType);
        if (policies is null)
        {
            errors.Add(Missing(field));
            return;
        }

        foreach (var (name, policy) in policies)
        {
            if (!catalog.TryGet(name, out _))
                errors.Add(new(
                    WebhookErrorCode.UnknownEventType, field, $"The event type '{name}' is not registered.",
                    "Use the name of a registered one; patterns are not allowed here."));
            else if (policy is null)
                errors.Add(new(WebhookErrorCode.Required, $"{field}[{name}]", "The policy is null.", "Leave the event type out, or use RetryPolicy.None."));
        }
    }

    private static void CheckMetadata(IReadOnlyDictionary<string, string>? metadata, List<WebhookError> errors)
    {
        const string field = nameof(Subscription.Metadata);
        if (metadata is null)
            errors.Add(Missing(field));
        else if (metadata.Values.Any(value => value is null))
            errors.Add(new(WebhookErrorCode.Required, field, "A value is null.", "Leave its key out."));
    }

    private void CheckLimits(Subscription s, List<WebhookError> errors)
    {
        if (s.Timeout is { } timeout && (timeout <= TimeSpan.Zero || timeout > sending.MaxTimeout))
            errors.Add(new(
                WebhookErrorCode.OutOfRange, nameof(s.Timeout), $"{timeout} is out of range.",
                $"Use more than zero and at most {sending.MaxTimeout} (Webhooks:Sending:MaxTimeout)."));
        if (s.MaxConcurrency is < 1 or > MaxConcurrency)
            errors.Add(new(WebhookErrorCode.OutOfRange, nameof(s.MaxConcurrency), $"{s.MaxConcurrency} is out of range.", $"Use 1 to {MaxConcurrency}."));
        if (!Enum.IsDefined(s.Status))
            errors.Add(UnknownStatus(nameof(s.Status)));
        if (!Enum.IsDefined(s.Order))
            errors.Add(new(WebhookErrorCode.OutOfRange, nameof(s.Order), "The order is unknown.", "Use a member of DeliveryOrder."));
    }

    private static WebhookError Missing(string field) => new(WebhookErrorCode.Required, field, "The value is null.", "Use an empty dictionary.");
}
