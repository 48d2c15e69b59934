using System.Collections.ObjectModel;
using WebhookKit.Subscriptions;

namespace WebhookKit.Operations;

/// <summary>Explains what an event that is only thought of would match.</summary>
internal sealed class MatchExplainer(EventCatalog catalog, NoMatchExplainer explainer)
{
    private const int MaxNamed = 20;

    public async Task<MatchExplanation> ExplainAsync(
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
        var (examined, isCutOff) = await explainer.ReadAsync(tenant, cancellationToken).ConfigureAwait(false);
        var others = NoMatchRules.Explain(e, examined, isCutOff);
        return new MatchExplanation
        {
            Matching = [.. examined.Where(s => s.Matches(e)).Take(MaxNamed).Select(s => s.Id)],
            MatchCount = others.Matching,
            Findings = others.Findings,
            Examined = others.Examined,
            IsCutOff = isCutOff,
        };
    }
}
