using WebhookKit.Messages;
using WebhookKit.Subscriptions;

namespace WebhookKit.Publishing;

/// <summary>Finds out where events go: to those who are named, or else to whoever matches.</summary>
internal sealed class TargetFinder(ISubscriptionStore subscriptions, NoMatchExplainer explainer, TenantOptions tenants)
{
    /// <summary>Looks up the subscriptions that events name. One that does not exist and one of another tenant are the same fault.</summary>
    public ValueTask FindNamedAsync(
        PublishRequest?[] requests, PublishDraft?[] drafts, FaultList faults, StorePatience patience, CancellationToken cancellationToken) =>
        Array.Exists(requests, r => r?.Options.Subscriptions is not null)
            ? FindEachNamedAsync(requests, drafts, faults, patience, cancellationToken)
            : ValueTask.CompletedTask;

    private async ValueTask FindEachNamedAsync(
        PublishRequest?[] requests, PublishDraft?[] drafts, FaultList faults, StorePatience patience, CancellationToken cancellationToken)
    {
        // The lists are the caller's: read before the first wait.
        var named = Array.ConvertAll(requests, Named);
        var known = new Dictionary<SubscriptionId, Subscription?>();
        for (var i = 0; i < requests.Length; i++)
        {
            faults.Event = i;
            var found = new List<Subscription>(named[i].Length);
            for (var j = 0; j < named[i].Length; j++)
            {
                var id = named[i][j];
                if (!known.TryGetValue(id, out var subscription))
                    known.Add(id, subscription = await patience.CallAsync(
                        static (of, token) => of.subscriptions.FindAsync(of.id, token), (subscriptions, id), cancellationToken).ConfigureAwait(false));
                if (subscription is not null && string.Equals(subscription.Tenant, requests[i]!.Options.Tenant, StringComparison.Ordinal))
                    found.Add(subscription);
                else
                    faults.Add(
                        WebhookErrorCode.UnknownSubscription, $"{nameof(PublishOptions.Subscriptions)}[{j}]", $"There is no subscription {id} of this tenant.",
                        "Name subscriptions of the event's own tenant only.");
            }

            if (drafts[i] is { } draft)
                draft.Named = [.. found.DistinctBy(s => s.Id)];
        }
    }

    /// <summary>The targets of each event, and, where it was asked for and there are none, why.</summary>
    public async ValueTask<(DeliveryTarget[] Targets, NoMatchExplanation? NoMatch)[]> FindAsync(
        PublishDraft[] drafts, StorePatience patience, CancellationToken cancellationToken)
    {
        var toMatch = ToMatch(drafts);
        var matches = toMatch.Length == 0 ? [] : await patience.CallAsync(
            static (of, token) => of.subscriptions.MatchAsync(of.toMatch, token), (subscriptions, toMatch), cancellationToken).ConfigureAwait(false);
        var found = new (DeliveryTarget[] Targets, NoMatchExplanation? NoMatch)[drafts.Length];
        for (int i = 0, match = 0; i < drafts.Length; i++)
        {
            found[i].Targets = drafts[i].IsAddressed ? Addressed(drafts[i]) : Matched(matches[match++]);
            // Before anything is stored: a failure here must not hide that an event was accepted.
            if (drafts[i].Explain && found[i].Targets.Length == 0)
            {
                found[i].NoMatch = await patience.CallAsync(
                    static (of, token) => of.Item1.ExplainAsync(of.Item2, token), (this, drafts[i]), cancellationToken).ConfigureAwait(false);
            }
        }

        return found;
    }

    /// <summary>The ids to look up. A list that is too long was refused; where the tenant is malformed, nothing can be of it.</summary>
    private SubscriptionId[] Named(PublishRequest? request) =>
        request is { Options: { Subscriptions: { Count: <= DraftFactory.MaxAddressees } named } options }
        && TenantName.Check(nameof(options.Tenant), options.Tenant, tenants) is null
            ? [.. named]
            : [];

    private static EventToMatch[] ToMatch(PublishDraft[] drafts)
    {
        if (drafts is [{ IsAddressed: false } only])
            return [only.Event];
        return [.. drafts.Where(d => !d.IsAddressed).Select(d => d.Event)];
    }

    private static DeliveryTarget[] Addressed(PublishDraft draft) =>
    [
        .. draft.Named.Where(s => s.Status is SubscriptionStatus.Active or SubscriptionStatus.Paused).Select(s => DeliveryTarget.To(s.Id)),
        .. draft.Destinations.Select(DeliveryTarget.To),
    ];

    /// <summary>There may be very many: one array, filled once.</summary>
    private static DeliveryTarget[] Matched(IReadOnlyList<SubscriptionId> matches)
    {
        if (matches.Count == 0)
            return [];
        var targets = new DeliveryTarget[matches.Count];
        for (var i = 0; i < targets.Length; i++)
            targets[i] = DeliveryTarget.To(matches[i]);
        return targets;
    }

    private async ValueTask<NoMatchExplanation> ExplainAsync(PublishDraft draft, CancellationToken cancellationToken) => draft.IsAddressed
        ? NoMatchRules.ExplainNamed(draft.Event, draft.Named)
        : await explainer.ExplainAsync(draft.Event, cancellationToken).ConfigureAwait(false);
}
