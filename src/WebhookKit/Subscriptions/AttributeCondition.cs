namespace WebhookKit;

/// <summary>One condition on the attributes of an event. Names and values are compared exactly.</summary>
public sealed record AttributeCondition
{
    private const int ShownValues = 3;

    /// <summary>The attribute's name. At most 128 characters.</summary>
    public required string Name { get; init; }

    /// <summary>What is asked of it.</summary>
    /// <value><see cref="AttributeConditionKind.Is"/> by default.</value>
    public AttributeConditionKind Kind { get; init; }

    /// <summary>
    /// The values, at most 1,000 of at most 1,024 characters each; at least one for a condition that compares, none for the others.
    /// </summary>
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
        var value = attributes.TryGetValue(Name, out var found) ? found : null;
        return Kind switch
        {
            AttributeConditionKind.Is => IsAmongValues(value),
            AttributeConditionKind.IsNot => !IsAmongValues(value),
            AttributeConditionKind.StartsWith => BeginsWithValue(value),
            AttributeConditionKind.Exists => value is not null,
            AttributeConditionKind.Missing => value is null,
            _ => false,
        };
    }

    /// <summary>The condition in words, for example <c>'region' is 'eu' or 'us'</c>. Of many values it names the first few.</summary>
    public override string ToString()
    {
        var more = Values.Count > ShownValues ? $" or {Values.Count - ShownValues} more" : "";
        var values = string.Join(" or ", Values.Take(ShownValues).Select(v => $"'{v}'")) + more;
        return Kind switch
        {
            AttributeConditionKind.Is => $"'{Name}' is {values}",
            AttributeConditionKind.IsNot => $"'{Name}' is not {values}",
            AttributeConditionKind.StartsWith => $"'{Name}' starts with {values}",
            AttributeConditionKind.Exists => $"'{Name}' exists",
            AttributeConditionKind.Missing => $"'{Name}' is missing",
            _ => $"'{Name}' ?",
        };
    }

    /// <summary>Whether the kind is one that has values.</summary>
    internal bool Compares => Kind is AttributeConditionKind.Is or AttributeConditionKind.IsNot or AttributeConditionKind.StartsWith;

    // Matching asks this for every candidate: nothing is allocated.
    private bool IsAmongValues(string? value)
    {
        for (var i = 0; value is not null && i < Values.Count; i++)
        {
            if (string.Equals(Values[i], value, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private bool BeginsWithValue(string? value)
    {
        for (var i = 0; value is not null && i < Values.Count; i++)
        {
            if (value.StartsWith(Values[i], StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static AttributeCondition Of(string name, AttributeConditionKind kind, IReadOnlyList<string> values) =>
        new() { Name = name, Kind = kind, Values = values };
}
