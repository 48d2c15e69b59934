namespace WebhookKit;

/// <summary>The kinds of <see cref="EventPattern"/>.</summary>
public enum EventPatternKind
{
    /// <summary>One event type.</summary>
    Exact,

    /// <summary>Every event type below a prefix, at any depth.</summary>
    Prefix,

    /// <summary>Every event type of a group of the catalogue.</summary>
    Group,

    /// <summary>Every event type.</summary>
    All,
}
