namespace WebhookKit.Subscriptions;

/// <summary>Finds out why an event matches nothing: a pure function of the event and its tenant's subscriptions.</summary>
internal static class NoMatchRules
{
    private const int MaxExamples = 20;
    private const int NearestPatterns = 3;

    /// <summary>Why nobody matches an event that is published to whoever does.</summary>
    /// <param name="e">The event.</param>
    /// <param name="subscriptions">The subscriptions of its tenant.</param>
    /// <param name="isCutOff">Whether the tenant has more.</param>
    public static NoMatchExplanation Explain(EventToMatch e, IReadOnlyList<Subscription> subscriptions, bool isCutOff)
    {
        if (subscriptions.Count == 0)
            return Alone(NoMatchReason.NoSubscription, e.Tenant is null
                ? "There is no subscription without a tenant. An event without a tenant goes to those only."
                : $"The tenant '{e.Tenant}' has no subscription.");
        return Explain(e, subscriptions, s => ReasonOf(s, e)) with { IsCutOff = isCutOff };
    }

    /// <summary>Why an event goes to nobody that was published to these subscriptions, whatever their patterns and filters.</summary>
    public static NoMatchExplanation ExplainNamed(EventToMatch e, IReadOnlyList<Subscription> named) => named.Count == 0
        ? Alone(NoMatchReason.NobodyNamed, "The publish said who gets the event, and named nobody.")
        : Explain(e, named, s => ReasonOf(s.Status));

    private static NoMatchExplanation Alone(NoMatchReason reason, string text) =>
        new() { Findings = [new() { Reason = reason, Count = 0, Text = text, Examples = [] }], Examined = 0 };

    private static NoMatchExplanation Explain(EventToMatch e, IReadOnlyList<Subscription> subscriptions, Func<Subscription, NoMatchReason?> reasonOf)
    {
        var byReason = subscriptions.ToLookup(reasonOf);
        return new NoMatchExplanation
        {
            Findings = [.. byReason.Where(g => g.Key is not null).OrderBy(g => g.Key).Select(g => Find(e, g.Key!.Value, [.. g]))],
            Examined = subscriptions.Count,
            Matching = byReason[null].Count(),
        };
    }

    private static NoMatchReason? ReasonOf(Subscription s, EventToMatch e)
    {
        if (!s.AsksFor(e.EventType, e.Group))
            return NoMatchReason.EventTypeNotAskedFor;
        return s.Accepts(e.Attributes) ? ReasonOf(s.Status) : NoMatchReason.FilterRefuses;
    }

    private static NoMatchReason? ReasonOf(SubscriptionStatus status) => status switch
    {
        SubscriptionStatus.Active or SubscriptionStatus.Paused => null,
        SubscriptionStatus.Disabled => NoMatchReason.Disabled,
        _ => NoMatchReason.Inactive,
    };

    private static NoMatchFinding Find(EventToMatch e, NoMatchReason reason, IReadOnlyList<Subscription> all)
    {
        if (reason == NoMatchReason.EventTypeNotAskedFor)
            return FindNotAskedFor(e, all);
        var text = reason switch
        {
            NoMatchReason.Disabled => "Would get it, but disabled",
            NoMatchReason.Inactive => "Would get it, but inactive",
            _ => $"Asking for '{e.EventType}', with a filter that does not accept the event's attributes",
        };
        return Finding(reason, all.Count, $"{text}: {Counted(all.Count)}.", all.Take(MaxExamples).Select(s => (s, reason switch
        {
            NoMatchReason.Disabled => s.StatusReason is null ? "disabled" : $"disabled: {s.StatusReason}",
            NoMatchReason.Inactive => "inactive",
            _ => Refusal(s, e.Attributes),
        })));
    }

    private static NoMatchFinding FindNotAskedFor(EventToMatch e, IReadOnlyList<Subscription> all)
    {
        var ranked = all.Select(s => (Subscription: s, Pattern: s.Events.MaxBy(p => Nearness(p, e))))
            .OrderByDescending(r => r.Pattern is null ? -1 : Nearness(r.Pattern, e)).ToList();
        var nearest = ranked.Select(r => r.Pattern).OfType<EventPattern>().Distinct().Take(NearestPatterns).Select(p => $"'{p}'");
        return Finding(
            NoMatchReason.EventTypeNotAskedFor, all.Count,
            $"Not asking for '{e.EventType}': {Counted(all.Count)}. Nearest patterns: {string.Join(", ", nearest)}.",
            ranked.Take(MaxExamples).Select(r => (r.Subscription, r.Subscription.Events.Count switch
            {
                0 => "asks for nothing",
                1 => $"asks for '{r.Pattern}'",
                var count => $"asks for '{r.Pattern}' and {count - 1} more",
            })));
    }

    private static NoMatchFinding Finding(NoMatchReason reason, int count, string text, IEnumerable<(Subscription Subscription, string Detail)> examples) =>
        new()
        {
            Reason = reason,
            Count = count,
            Text = text,
            Examples = [.. examples.Select(x => new NoMatchExample { Subscription = x.Subscription.Id, Name = x.Subscription.Name, Detail = x.Detail })],
        };

    private static string Refusal(Subscription s, IReadOnlyDictionary<string, string> attributes)
    {
        var condition = s.FirstRefusal(attributes)!;
        var has = attributes.TryGetValue(condition.Name, out var value) ? $"the event has '{value}'" : "the event has no such attribute";
        return $"{condition}; {has}";
    }

    private static string Counted(int count) => count == 1 ? "1 subscription" : $"{count} subscriptions";

    /// <summary>
    /// How much of their beginnings and ends two names share, 0 to 1, letters of either case alike: a slip of the keyboard comes before another word.
    /// </summary>
    private static double Nearness(EventPattern pattern, EventToMatch e)
    {
        var (name, asked) = (pattern.Value, pattern.Kind == EventPatternKind.Group ? e.Group ?? "" : e.EventType);
        var shorter = Math.Min(name.Length, asked.Length);
        var start = 0;
        while (start < shorter && char.ToUpperInvariant(name[start]) == char.ToUpperInvariant(asked[start]))
            start++;
        var end = 0;
        while (end < shorter - start && char.ToUpperInvariant(name[^(end + 1)]) == char.ToUpperInvariant(asked[^(end + 1)]))
            end++;
        return 2.0 * (start + end) / Math.Max(1, name.Length + asked.Length);
    }
}
