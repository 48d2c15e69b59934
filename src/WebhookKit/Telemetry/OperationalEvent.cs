namespace WebhookKit;

/// <summary>Something that WebhookKit did of itself, or had to give up, and that people who run it should know of.</summary>
public abstract record OperationalEvent
{
    private protected OperationalEvent()
    {
    }

    /// <summary>What kind of event it is: a constant of <see cref="OperationalEventTypes"/>.</summary>
    public abstract string Type { get; }

    /// <summary>When it happened, by the store's clock.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The tenant it concerns; null is the host's own.</summary>
    public string? Tenant { get; init; }
}
