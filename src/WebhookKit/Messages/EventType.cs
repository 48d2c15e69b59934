using System.Text.Json.Serialization.Metadata;

namespace WebhookKit;

/// <summary>A kind of event that the host publishes: its name on the wire and what people see of it.</summary>
public sealed record EventType
{
    /// <summary>The name on the wire, for example <c>inspection.completed</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The group it belongs to, for people and for subscriptions to a whole group; null is none.</summary>
    public string? Group { get; init; }

    /// <summary>What people call it; null shows the name.</summary>
    public string? DisplayName { get; init; }

    /// <summary>What it means, for documentation; null is none.</summary>
    public string? Description { get; init; }

    /// <summary>The .NET type of its data; null if it is published as JSON only.</summary>
    public Type? DataType { get; init; }

    /// <summary>How its data is serialised; null if it is published as JSON only.</summary>
    internal JsonTypeInfo? DataContract { get; init; }
}
