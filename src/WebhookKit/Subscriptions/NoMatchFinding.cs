namespace WebhookKit;

/// <summary>One reason why an event matches nothing, with the subscriptions it holds for.</summary>
public sealed record NoMatchFinding
{
    /// <summary>The reason.</summary>
    public required NoMatchReason Reason { get; init; }

    /// <summary>How many subscriptions it holds for; zero where there is none to hold for.</summary>
    public required int Count { get; init; }

    /// <summary>The reason in words, for people.</summary>
    public required string Text { get; init; }

    /// <summary>Some of the subscriptions, 20 at the most; for <see cref="NoMatchReason.EventTypeNotAskedFor"/> those whose patterns come nearest.</summary>
    public required IReadOnlyList<NoMatchExample> Examples { get; init; }
}
