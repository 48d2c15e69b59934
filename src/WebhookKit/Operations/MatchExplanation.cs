namespace WebhookKit;

/// <summary>Which subscriptions an event would go to, and why not to the others. Only subscriptions of the event's tenant are looked at and shown.</summary>
public sealed record MatchExplanation
{
    /// <summary>Subscriptions that would get it, oldest first; at most 20 of them. Of these, paused ones would keep it until they are resumed.</summary>
    public required IReadOnlyList<SubscriptionId> Matching { get; init; }

    /// <summary>How many would get it.</summary>
    public required int MatchCount { get; init; }

    /// <summary>
    /// Why the others would not, the reasons nearest to a match first; empty if there are no others. Each subscription counts under one reason, and at most 20
    /// are named as examples of each. A tenant without subscriptions is a finding too.
    /// </summary>
    public required IReadOnlyList<NoMatchFinding> Findings { get; init; }

    /// <summary>How many subscriptions were looked at.</summary>
    public required int Examined { get; init; }

    /// <summary>Whether the tenant has more subscriptions than are looked at (10,000), so that counts and examples are of the oldest ones only.</summary>
    public bool IsCutOff { get; init; }

    /// <summary>How many would get it and why not the others, in words, one reason on a line.</summary>
    public override string ToString()
    {
        var who = MatchCount == 1 ? "It would go to 1 subscription." : $"It would go to {MatchCount} subscriptions.";
        var cut = IsCutOff ? [$"Only the oldest {Examined} subscriptions were looked at."] : Array.Empty<string>();
        return string.Join('\n', [who, .. Findings.Select(f => f.Text), .. cut]);
    }
}
