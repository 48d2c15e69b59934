namespace WebhookKit;

/// <summary>Names the event type that a class or struct is the data of, so that it can be registered without repeating the name.</summary>
/// <param name="name">The event type's name on the wire, for example <c>inspection.completed</c>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class WebhookEventAttribute(string name) : Attribute
{
    /// <summary>The event type's name on the wire.</summary>
    public string Name { get; } = name;

    /// <summary>The group it belongs to; null is none.</summary>
    public string? Group { get; init; }

    /// <summary>What people call it; null shows the name.</summary>
    public string? DisplayName { get; init; }

    /// <summary>What it means, for documentation; null is none.</summary>
    public string? Description { get; init; }
}
