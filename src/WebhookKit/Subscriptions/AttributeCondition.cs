namespace WebhookKit;

/// <summary>One condition on the attributes of an event. Names and values are compared exactly.</summary>
public sealed record AttributeCondition
{
    /// <summary>The attribute's name.</summary>
    public required string Name { get; init; }

    /// <summary>What is asked of it.</summary>
    /// <value><see cref="AttributeConditionKind.Is"/> by default.</value>
    public AttributeConditionKind Kind { get; init; }

    /// <summary>The values; at least one for a condition that compares, none for the others.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>The attribute has one of the values.</summary>
    public static AttributeCondition Is(string name, params IReadOnlyList<string> values) => Of(name, AttributeConditionKind.Is, values);

    /// <summary>The attribute has none of the values, or is absent.</summary>
    public static AttributeCondition IsNot(string name, params IReadOnlyList<string> values) => Of(name, AttributeConditionKind.IsNot, values);

    /// <summary>The attribute begins with one of the values.</summary>
    public static AttributeCondition StartsWith(string name, params IReadOnlyList<string> values) => Of(name, AttributeConditionKind.StartsWith, values);

    /// <summary>The attribute is there.</summary>
    public static AttributeCondition Exists(string name) => Of(name, AttributeConditionKind.Exists, []);

    /// <summary>The attribute is not there.</summary>
    public static AttributeCondition Missing(string name) => Of(name, AttributeConditionKind.Missing, []);

    /// <summary>Whether an event with these attributes meets the condition.</summary>
    public bool Accepts(IReadOnlyDictionary<string, string> attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var value = attributes.GetValueOrDefault(Name);
        return Kind switch
        {
            AttributeConditionKind.Is => value is not null && Values.Contains(value, StringComparer.Ordinal),
            AttributeConditionKind.IsNot => value is null || !Values.Contains(value, StringComparer.Ordinal),
            AttributeConditionKind.StartsWith => value is not null && Values.Any(v => value.StartsWith(v, StringComparison.Ordinal)),
            AttributeConditionKind.Exists => value is not null,
            AttributeConditionKind.Missing => value is null,
            _ => false,
        };
    }

    private static AttributeCondition Of(string name, AttributeConditionKind kind, IReadOnlyList<string> values) =>
        new() { Name = name, Kind = kind, Values = values };
}
