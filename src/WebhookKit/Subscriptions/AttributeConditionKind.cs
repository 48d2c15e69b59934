namespace WebhookKit;

/// <summary>What an <see cref="AttributeCondition"/> asks of an attribute.</summary>
public enum AttributeConditionKind
{
    /// <summary>It has one of the values.</summary>
    Is,

    /// <summary>It has none of the values; an attribute that is absent has none.</summary>
    IsNot,

    /// <summary>It begins with one of the values.</summary>
    StartsWith,

    /// <summary>It is there, whatever its value.</summary>
    Exists,

    /// <summary>It is not there.</summary>
    Missing,
}
