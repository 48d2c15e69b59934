using System.Collections.ObjectModel;
using WebhookKit.Subscriptions;

namespace WebhookKit.Operations;

/// <summary>Explains what an event that is only thought of would match.</summary>
internal sealed class MatchExplainer(EventCatalog catalog, NoMatchExplainer explainer)
{
    public Task<NoMatchExplanation> ExplainAsync(
        string eventType, string? tenant, IReadOnlyDictionary<string, string>? attributes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(eventType);
        RequestRules.CheckTenant(tenant);
        if (!catalog.TryGet(eventType, out var type))
            throw new WebhookValidationException(new WebhookError(
                WebhookErrorCode.UnknownEventType, "EventType", "The event type is not registered, so it cannot be published.", "Register it with AddEvent."));
        var e = new EventToMatch
        {
            Tenant = tenant, EventType = eventType, Group = type.Group, Attributes = attributes ?? ReadOnlyDictionary<string, string>.Empty,
        };
        return explainer.ExplainAsync(e, cancellationToken);
    }
}
