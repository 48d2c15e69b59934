namespace WebhookKit.Testing;

/// <summary>One event that the host published and the store accepted.</summary>
/// <typeparam name="T">The type of its data.</typeparam>
public sealed record PublishedEvent<T>
{
    /// <summary>The data as it was given, not what was made of it.</summary>
    public required T Data { get; init; }

    /// <summary>What else was said; empty if nothing was.</summary>
    public required PublishOptions Options { get; init; }

    /// <summary>What the publisher was answered.</summary>
    public required PublishResult Result { get; init; }

    /// <summary>The tenant it was published for; null is the host's own.</summary>
    public string? Tenant => Options.Tenant;
}
