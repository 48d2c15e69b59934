namespace WebhookKit;

/// <summary>Why an event goes to nobody. Only subscriptions of the event's own tenant are looked at and shown.</summary>
public sealed record NoMatchExplanation
{
    /// <summary>The reasons, those nearest to a match first. Each subscription counts under one.</summary>
    public required IReadOnlyList<NoMatchFinding> Findings { get; init; }

    /// <summary>How many subscriptions were looked at.</summary>
    public required int Examined { get; init; }

    /// <summary>How many of them match. After a publish that matched nothing: those that were changed in between.</summary>
    public int Matching { get; init; }

    /// <summary>Whether the tenant has more subscriptions than are looked at (10,000), so that counts and examples are of the oldest ones only.</summary>
    public bool IsCutOff { get; init; }

    /// <summary>The reasons in words, one on a line.</summary>
    public override string ToString() => string.Join(
        '\n', Findings.Select(f => f.Text).Concat(IsCutOff ? [$"Only the oldest {Examined} subscriptions were looked at."] : []));
}
